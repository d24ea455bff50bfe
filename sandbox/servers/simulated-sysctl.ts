import type { SimulatedFiles } from './simulated-files.ts'
import type { Programs } from './simulated-program.ts'
import { operands } from './simulated-program.ts'

/** What Debian's kernel has before anybody tuned it. */
export const SYSCTL_DEFAULTS: Readonly<Record<string, string>> = {
  'net.core.rmem_max': '212992',
  'net.core.wmem_max': '212992',
  'net.core.default_qdisc': 'fq_codel',
  'net.core.somaxconn': '4096',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
  'net.ipv4.tcp_congestion_control': 'cubic',
  'net.ipv4.tcp_available_congestion_control': 'reno cubic bbr',
  'net.ipv4.tcp_window_scaling': '1',
  'net.ipv4.tcp_slow_start_after_idle': '1',
  'net.ipv4.tcp_mtu_probing': '0',
  'net.ipv4.tcp_keepalive_time': '7200',
  'vm.dirty_ratio': '20',
  'vm.dirty_background_ratio': '10',
  'vm.swappiness': '60',
  'vm.overcommit_memory': '0',
  'vm.nr_hugepages': '0',
  'kernel.osrelease': '6.1.0-28-amd64',
}

/** `sysctl` on the host's own `/proc/sys`. */
export function sysctlProgram(files: SimulatedFiles): Programs {
  const set = (assignment: string): string => {
    const [key = '', value = ''] = assignment.split(/\s*=\s*(.*)/s)
    if (!files.exists(sysctlPath(key))) throw new Error(`cannot stat ${sysctlPath(key)}: No such file or directory`)
    const available = files.read(sysctlPath('net.ipv4.tcp_available_congestion_control')).split(/\s+/)
    if (key === 'net.ipv4.tcp_congestion_control' && !available.includes(value)) {
      throw new Error(`setting key "${key}": No such file or directory`)
    }
    files.write(sysctlPath(key), `${value.trim().replace(/\s+/g, '\t')}\n`)
    return `${key} = ${value.trim()}\n`
  }
  const load = (path: string): string =>
    files
      .read(path)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^[#;]/.test(line))
      .map(set)
      .join('')
  return {
    sysctl: (args) => {
      if (args.includes('--system')) {
        const folder = '/etc/sysctl.d'
        return [
          ...files
            .list(folder)
            .filter((file) => file.endsWith('.conf'))
            .map((file) => `${folder}/${file}`),
          '/etc/sysctl.conf',
        ]
          .map(load)
          .join('')
      }
      const isQuiet = args.some((arg) => /^-[a-z]*q/.test(arg))
      const keys = operands(args)
      if (args.includes('-p')) return operands(args, ['/etc/sysctl.conf']).map(load).join('')
      const isBare = args.some((arg) => /^-[a-z]*n/.test(arg))
      return keys
        .map((key) => {
          if (key.includes('=')) return isQuiet ? (set(key), '') : set(key)
          if (!files.exists(sysctlPath(key)))
            throw new Error(`cannot stat ${sysctlPath(key)}: No such file or directory`)
          const value = files.read(sysctlPath(key))
          return isBare ? value : `${key} = ${value}`
        })
        .join('')
    },
  }
}

/** Gives the file of a kernel setting. */
export function sysctlPath(key: string): string {
  if (!/^[a-z0-9_]+([./][a-z0-9_]+)+$/i.test(key)) throw new Error(`"${key}" is an unknown key`)
  return `/proc/sys/${key.replaceAll('.', '/')}`
}
