import { useHotkeys } from '@mantine/hooks'
import { useState } from 'react'
import { useMessages } from '../messages/use-messages'
import { isFetchFailure, lazyPart } from '../ui/lazy-part'
import { notifyProblem } from '../ui/notices'
import { useShortcuts } from './preferences'

const load = () => import('./palette')

/** The palette, which is loaded when it is opened for the first time. */
export const Palette = lazyPart(load, 'Palette')

/** Opens the palette, also by Ctrl-K where shortcuts are on. `is_wanted`: it was opened, and is to be on the page. */
export function usePalette(): { is_wanted: boolean; open: () => void } {
  const [is_wanted, setIsWanted] = useState(false)
  const [has_shortcuts] = useShortcuts()
  const t = useMessages().shell
  const open = (): void =>
    void load().then(
      ({ openPalette }) => {
        setIsWanted(true)
        openPalette()
      },
      (error: unknown) => notifyProblem(t.notLoaded, isFetchFailure(error) ? new Error(t.notLoadedHint) : error),
    )
  // In fields and in the editor, too: it means nothing there.
  useHotkeys(has_shortcuts ? [['mod+K', open]] : [], [], true)
  return { is_wanted, open }
}
