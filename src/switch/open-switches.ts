import type { SwitchSettings } from '../inventory.ts'
import { fileSwitch } from './file-switch.ts'
import { pgbouncerSwitch } from './pgbouncer-switch.ts'
import type { Switch } from './switch.ts'

/** Makes the switches the inventory names; nothing is connected yet. */
export function openSwitches(settings: readonly SwitchSettings[]): readonly Switch[] {
  return settings.map((each) => {
    switch (each.kind) {
      case 'pgbouncer':
        return pgbouncerSwitch(each)
      case 'file':
        return fileSwitch(each.path)
    }
  })
}
