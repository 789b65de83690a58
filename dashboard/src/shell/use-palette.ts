import { useHotkeys } from '@mantine/hooks'
import { lazy, useState } from 'react'
import { useShortcuts } from './preferences'

const load = () => import('./palette')

/** The palette, which is loaded when it is opened for the first time. */
export const Palette = lazy(async () => ({ default: (await load()).Palette }))

/** Opens the palette, also by Ctrl-K where shortcuts are on. `is_wanted`: it was opened, and is to be on the page. */
export function usePalette(): { is_wanted: boolean; open: () => void } {
  const [is_wanted, setIsWanted] = useState(false)
  const [has_shortcuts] = useShortcuts()
  const open = (): void => {
    setIsWanted(true)
    void load().then(({ openPalette }) => openPalette())
  }
  // In fields and in the editor, too: it means nothing there.
  useHotkeys(has_shortcuts ? [['mod+K', open]] : [], [], true)
  return { is_wanted, open }
}
