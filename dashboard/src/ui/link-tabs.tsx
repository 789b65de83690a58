import { Link, useLocation } from '@tanstack/react-router'
import { useLayoutEffect, useRef, type ReactElement } from 'react'
import styles from './link-tabs.module.css'

/** A page of several that belong together. `path` is below the address of the first, whose own is empty. */
export type LinkTab = { path: string; label: string }

/** Pages that belong together, as links in a row; the router marks the one that is shown, and a row that is too narrow scrolls to it. */
export function LinkTabs({
  label,
  base,
  tabs,
}: {
  label: string
  base: string
  tabs: readonly LinkTab[]
}): ReactElement {
  const row = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  useLayoutEffect(() => {
    const shown = row.current?.querySelector<HTMLElement>('[aria-current=page]')
    if (row.current && shown)
      row.current.scrollLeft = shown.offsetLeft - (row.current.clientWidth - shown.offsetWidth) / 2
  }, [pathname])
  return (
    <nav ref={row} aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.path}
          to={tab.path === '' ? base : `${base}/${tab.path}`}
          className={styles.tab}
          // The first lies above the others: only its own address is it.
          activeOptions={{ exact: tab.path === '', includeSearch: false }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
