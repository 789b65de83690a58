import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

const pause_ms = 250

/**
 * A field of a search that is kept in the address. It answers at each keystroke itself and calls `onSearch` after a short pause with the
 * last text, so that a slow answer never takes a character or the focus. A text is forgotten when another page is opened meanwhile.
 */
export function SearchField({
  label,
  value,
  onSearch,
}: {
  label: string
  /** What the address says. */
  value: string
  onSearch: (text: string) => void
}): ReactElement {
  const t = useMessages().ui
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const search = useDebouncedCallback((next: string, pathname: string) => {
    // The next page is still being loaded: a search would return to this one.
    if (location.pathname !== pathname) return
    sent.current = next
    onSearch(next)
  }, pause_ms)
  // The back button changes the address. What this field sent comes back as well, and more may have been typed since.
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  const change = (next: string): void => {
    setText(next)
    search(next, location.pathname)
  }
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={t.clearSearch} onClick={() => change('')} />}
    />
  )
}
