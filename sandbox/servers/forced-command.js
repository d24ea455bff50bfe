/**
 * What sshd runs for every command of a sandbox host in place of it: hands the command and its input to the simulated
 * host of the sandbox process and gives back what that answers. Nothing is executed here.
 *
 *   node forced-command.js <socket of the sandbox process>
 */
import { connect } from 'node:net'

const socket = connect(process.argv[2])
socket.write(`${JSON.stringify({ command: process.env.SSH_ORIGINAL_COMMAND ?? '' })}\n`)
process.stdin.pipe(socket)

let answer = ''
socket.setEncoding('utf8')
socket.on('data', (chunk) => (answer += chunk))
socket.on('end', () => {
  const { exitCode, stdout, stderr } = JSON.parse(answer)
  process.stderr.write(stderr)
  process.stdout.write(stdout, () => process.exit(exitCode))
})
socket.on('error', (error) => {
  process.stderr.write(`The sandbox does not answer: ${error.message}\n`)
  process.exit(255)
})
