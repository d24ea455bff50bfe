import { Secret } from '../../src/secret.ts'
import { tryLock } from '../../src/state/migration-lock.ts'

/** A process that holds a lock and says `held`, and `lost` once it learns that it does not any more. */
const [url = '', what = ''] = process.argv.slice(2)
const lock = await tryLock(new Secret(url), what)
process.stdout.write(lock === null ? 'refused\n' : 'held\n')
lock?.lost.addEventListener('abort', () => {
  process.stdout.write('lost\n')
})
