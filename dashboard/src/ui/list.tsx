import { Group, Skeleton, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from 'react'
import type { Pages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import styles from './list.module.css'
import { Problem } from './problem'

/** A column of a list. `width`: a track of a CSS grid; `is_wide_only`: left out on a phone; `is_number`: aligned at its end. */
export type Column<T> = {
  key: string
  label: string
  width?: string
  is_wide_only?: boolean
  is_number?: boolean
  cell: (item: T) => ReactNode
}

/** The properties of `List`. */
export type ListProps<T> = {
  /** The accessible name. */
  name: string
  columns: readonly Column<T>[]
  pages: Pages<T>
  keyOf: (item: T) => string
  /** Wraps the content of the first cell in the link of the row. */
  link?: (item: T, content: ReactNode) => ReactNode
  /** What is shown where there are no items. */
  empty: ReactNode
  /** Where the server stops counting: this total means that many or more. */
  total_max?: number
  /** The element that scrolls. */
  viewport?: RefObject<HTMLDivElement | null>
  /** Called while the list scrolls, with whether its first row is in view. */
  onScroll?: (is_at_top: boolean) => void
}

const row_px = 52
const skeleton_rows = 6
const ahead_rows = 10

/**
 * A list of any length: only the rows in view exist, the next page is read when its beginning comes near, and each row is a link. A failed
 * load shows its cause and Retry, never an empty list.
 */
export function List<T>(props: ListProps<T>): ReactElement {
  const { name, columns, pages, keyOf, link, empty, total_max, onScroll } = props
  const t = useMessages().ui
  const own_viewport = useRef<HTMLDivElement>(null)
  const viewport = props.viewport ?? own_viewport
  const is_narrow = useMediaQuery('(max-width: 48em)') ?? false
  const { items, total, error, has_more, is_loading_more, loadMore } = pages
  const is_at_least = total !== undefined && total === total_max
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => row_px,
    overscan: 8,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? -1
  useEffect(() => {
    if (has_more && !is_loading_more && !error && last >= items.length - ahead_rows) loadMore()
  }, [last, items.length, has_more, is_loading_more, error, loadMore])

  const visible = columns.filter((column) => !is_narrow || column.is_wide_only !== true)
  const grid = { gridTemplateColumns: visible.map(({ width = 'minmax(0, 1fr)' }) => width).join(' ') }
  const classOf = (column: Column<T>): string =>
    [styles.cell, column.is_number === true ? styles.end : ''].filter(Boolean).join(' ')
  if (pages.error && items.length === 0) return <Problem error={pages.error} onRetry={pages.retry} />
  if (!pages.is_pending && items.length === 0) return <>{empty}</>
  return (
    <>
      {pages.error && <Problem error={pages.error} onRetry={pages.retry} />}
      <div
        ref={viewport}
        className={styles.viewport}
        tabIndex={0}
        role="region"
        aria-label={name}
        onScroll={(event) => onScroll?.(event.currentTarget.scrollTop < row_px)}
      >
        <div
          role="table"
          aria-label={name}
          aria-rowcount={Math.max(total ?? 0, items.length) + 1}
          aria-busy={pages.is_pending || pages.is_previous === true}
        >
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={styles.head} style={grid}>
              {visible.map((column) => (
                <div key={column.key} role="columnheader" className={classOf(column)}>
                  {column.label}
                </div>
              ))}
            </div>
          </div>
          {pages.is_pending ? (
            <SkeletonRows count={visible.length} grid={grid} />
          ) : (
            <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
              {shown.map(({ index, start }) => {
                const item = items[index] as T
                return (
                  <div
                    key={keyOf(item)}
                    role="row"
                    aria-rowindex={index + 2}
                    className={styles.row}
                    style={{ ...grid, height: row_px, transform: `translateY(${start}px)` }}
                  >
                    {visible.map((column, at) => (
                      <div key={column.key} role="cell" className={`${classOf(column)} ${at === 0 ? styles.link : ''}`}>
                        {at === 0 && link ? link(item, column.cell(item)) : column.cell(item)}
                      </div>
                    ))}
                  </div>
                )
              })}
            </div>
          )}
        </div>
      </div>
      <Group justify="space-between" mt="xs">
        <Text size="sm" c="dimmed" role="status">
          {pages.is_pending
            ? t.loading
            : is_loading_more
              ? t.loadingMore
              : t.rows(items.length, { total, has_more, is_at_least })}
        </Text>
        {!has_more &&
          total !== undefined &&
          (total > items.length || (is_at_least && total === items.length)) &&
          !pages.is_pending && (
            <Text size="sm" c="dimmed">
              {t.firstOnly(items.length)}
            </Text>
          )}
      </Group>
    </>
  )
}

function SkeletonRows({ count, grid }: { count: number; grid: { gridTemplateColumns: string } }): ReactElement {
  return (
    <div role="rowgroup">
      {Array.from({ length: skeleton_rows }, (_row, row) => (
        <div key={row} role="row" className={styles.head} style={{ ...grid, position: 'static', height: row_px }}>
          {Array.from({ length: count }, (_cell, cell) => (
            <div key={cell} role="cell">
              <Skeleton height={12} width={cell === 0 ? '70%' : '50%'} />
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
