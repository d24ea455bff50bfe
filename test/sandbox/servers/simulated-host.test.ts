import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SimulatedHost } from '../../../sandbox/servers/simulated-host.ts'
import { simulateHost } from '../../../sandbox/servers/simulated-host.ts'
import type { Simulation } from '../../../sandbox/servers/simulated-program.ts'
import { useDirectory } from '../../support/servers.ts'

const directory = useDirectory()
let count = 0
const host = (simulation?: Simulation): SimulatedHost =>
  simulateHost('db1', join(directory(), `host-${String(++count)}`, 'root'), simulation)
const print = async (from: SimulatedHost, command: string, input = ''): Promise<string> => {
  const { exitCode, stdout, stderr } = await from.run(command, input)
  expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' })
  return stdout
}

describe('a simulated host', () => {
  test('tells the facts an audit asks for', async () => {
    const db1 = host({ virtualization: 'lxc' })
    expect(await print(db1, 'cat /etc/os-release')).toMatch(/Debian/)
    expect(await print(db1, 'hostname')).toBe('db1\n')
    expect(await print(db1, 'nproc')).toMatch(/^\d+\n$/)
    expect(await print(db1, 'uname -s')).toBe('Linux\n')
    expect(await print(db1, 'systemd-detect-virt')).toBe('lxc\n')
    expect(await print(db1, 'df -P -k /')).toMatch(/\n\/dev\/vda1 \d+ \d+ \d+ \d+% \/\n$/)
    expect(await print(db1, 'free -b')).toMatch(/^Mem: \d{9,}/m)
  })

  test('keeps its own kernel settings', async () => {
    const db1 = host({ sysctl: { 'vm.swappiness': '10' } })
    expect(await print(db1, 'sysctl -n vm.swappiness')).toBe('10\n')
    expect(await print(db1, `sudo -n sysctl -w 'net.ipv4.tcp_rmem=4096 87380 16777216'`)).toBe(
      'net.ipv4.tcp_rmem = 4096 87380 16777216\n',
    )
    expect(await print(db1, 'cat /proc/sys/net/ipv4/tcp_rmem')).toBe('4096\t87380\t16777216\n')
    await print(db1, 'tee /etc/sysctl.d/90-flytt.conf', '# tuned\nnet.core.rmem_max = 16777216\n')
    expect(await print(db1, 'sysctl -p /etc/sysctl.d/90-flytt.conf')).toBe('net.core.rmem_max = 16777216\n')
    expect(await print(db1, 'sysctl net.core.rmem_max')).toBe('net.core.rmem_max = 16777216\n')
    expect(await db1.run('sysctl -w net.ipv4.tcp_congestion_control=warp', '')).toMatchObject({ exitCode: 1 })
    expect(await db1.run('sysctl -n no.such_key', '')).toMatchObject({ exitCode: 1, stdout: '' })
  })

  test('reads and changes files of its own folder', async () => {
    const db1 = host()
    await print(db1, `cat > '/tmp/a b'`, 'one\n')
    await print(db1, `tee -a '/tmp/a b'`, 'two\n')
    expect(readFileSync(join(db1.root, 'tmp', 'a b'), 'utf8')).toBe('one\ntwo\n')
    await print(db1, `mv '/tmp/a b' /tmp/c`)
    expect(await print(db1, 'ls /tmp')).toBe('c\n')
    await print(db1, 'rm /tmp/c')
    expect(await db1.run('cat /tmp/c', '')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'cat: No such file or directory\n',
    })
  })

  test('never reaches a file of the real machine', async () => {
    const db1 = host()
    const outside = join(directory(), 'outside.txt')
    writeFileSync(outside, 'real')
    symlinkSync(outside, join(db1.root, 'tmp', 'link'))
    symlinkSync(directory(), join(db1.root, 'tmp', 'folder'))
    for (const path of [outside, `/tmp/../../../../../..${outside}`, '/tmp/link', '/tmp/folder/outside.txt']) {
      expect(await db1.run(`cat '${path}'`, '')).toMatchObject({ exitCode: 1, stdout: '' })
      await db1.run(`tee '${path}'`, 'overwritten')
      await db1.run(`rm '${path}'`, '')
    }
    expect(readFileSync(outside, 'utf8')).toBe('real')
    expect(await db1.run('rm -rf /', '')).toMatchObject({ exitCode: 1 })
    expect(existsSync(db1.root)).toBe(true)
  })

  test('has its server’s data folder under the real path when it is given', async () => {
    const data = join(directory(), 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'pg_hba.conf'), 'host all all all scram-sha-256\n')
    const db1 = host({ ownFolders: [data] })
    expect(await print(db1, `cat '${data}/pg_hba.conf'`)).toBe('host all all all scram-sha-256\n')
    await print(db1, `tee -a '${data}/pg_hba.conf'`, '# added\n')
    expect(readFileSync(join(data, 'pg_hba.conf'), 'utf8')).toMatch(/# added/)
  })

  test('restarts its PostgreSQL through the sandbox and nothing else', async () => {
    const restarts: string[] = []
    const db1 = host({ restartPostgres: () => Promise.resolve(void restarts.push('restart')) })
    await print(db1, 'sudo -n systemctl restart postgresql@17-main')
    expect(restarts).toEqual(['restart'])
    expect(await db1.run('systemctl restart sshd', '')).toMatchObject({ exitCode: 5 })
    expect(await host().run('systemctl restart postgresql', '')).toMatchObject({ exitCode: 5 })
  })

  test.each([
    'reboot',
    'apt-get install nmap',
    'sh -c id',
    'sudo bash',
    'dd if=/dev/zero of=/dev/sda',
    'cat /etc/os-release | tee /x',
    'constructor',
  ])('refuses %s with exit code 126 and a reason', async (command) => {
    const { exitCode, stderr } = await host().run(command, '')
    expect(exitCode).toBe(126)
    expect(stderr).toMatch(/^Refused: /)
  })

  test('remembers what it was asked', async () => {
    const db1 = host()
    await db1.run('hostname', '')
    await db1.run('reboot', '')
    expect(db1.commands).toEqual([
      { command: 'hostname', exitCode: 0 },
      { command: 'reboot', exitCode: 126 },
    ])
  })
})
