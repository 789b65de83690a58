import type { NavEntry } from '../shell/nav-entry'
import { isStarted } from './started'

/** Get started in the navigation, until its page was hidden. */
export const getStartedNav: NavEntry = {
  path: 'get-started',
  label: 'getStarted',
  needs: 'getFirstSteps',
  isHidden: isStarted,
}
