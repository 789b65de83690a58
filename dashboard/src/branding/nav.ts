import type { NavEntry } from '../shell/nav-entry'

/** Branding in the navigation. */
export const brandingNav: NavEntry = { path: 'branding', label: 'branding', needs: 'getBranding' }
