import type { NavEntry } from '../shell/nav-entry'

/** Attack protection in the navigation. */
export const attackProtectionNav: NavEntry = {
  path: 'attack-protection',
  label: 'attackProtection',
  needs: 'listAddressBlocks',
}
