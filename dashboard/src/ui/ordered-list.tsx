import { ActionIcon, Group, Paper, Text, VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useState, type DragEvent, type ReactElement, type ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { Permission } from './permission'

type Direction = 'up' | 'down'

/** The items with one at another place. */
function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const left = items.toSpliced(from, 1)
  const [item] = items.slice(from, from + 1)
  return item === undefined ? left : left.toSpliced(to, 0, item)
}

/**
 * A list whose order matters. Each item is moved by its buttons, which keep the focus, or by dragging it.
 *
 * @param call the operation that changes the order: a role that it does not permit sees why
 * @param onOrder saves another order; what it returns ends when the list shows it, or when it was refused
 */
export function OrderedList<T>({
  label,
  items,
  keyOf,
  nameOf,
  call,
  can_order,
  onOrder,
  children,
}: {
  label: string
  items: readonly T[]
  keyOf: (item: T) => string
  nameOf: (item: T) => string
  call: RouteName
  can_order: boolean
  onOrder: (items: readonly T[], item: T) => Promise<unknown>
  children: (item: T) => ReactNode
}): ReactElement {
  const t = useMessages().ui
  const [pending, setPending] = useState<readonly T[]>()
  const [dragged, setDragged] = useState<number>()
  const [said, setSaid] = useState('')
  const focused = useRef<{ key: string; direction: Direction }>(undefined)
  const list = useRef<HTMLOListElement>(null)
  const shown = pending ?? items
  const order = (from: number, to: number): void => {
    const item = shown[from]
    if (item === undefined || pending || from === to || to < 0 || to >= shown.length) return
    const next = moved(shown, from, to)
    setPending(next)
    setSaid(t.movedTo(nameOf(item), to + 1, shown.length))
    void onOrder(next, item).finally(() => setPending(undefined))
  }
  // The browser takes the focus from an element that moves.
  useEffect(() => {
    const { key, direction } = focused.current ?? {}
    const item = [...(list.current?.children ?? [])].find((each) => each.getAttribute('data-key') === key)
    const buttons = item?.querySelectorAll<HTMLButtonElement>('button[data-move]:not(:disabled)')
    const wanted = [...(buttons ?? [])].find((button) => button.dataset['move'] === direction) ?? buttons?.[0]
    if (key !== undefined && document.activeElement === document.body) wanted?.focus()
  }, [shown])
  const dragOver = (event: DragEvent, at: number): void => {
    if (dragged !== undefined && dragged !== at) event.preventDefault()
  }
  return (
    <>
      <ol
        ref={list}
        aria-label={label}
        style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 'var(--mantine-spacing-xs)' }}
      >
        {shown.map((item, at) => {
          const key = keyOf(item)
          const move = (direction: Direction): ReactElement => {
            const to = direction === 'up' ? at - 1 : at + 1
            return (
              <Permission key={direction} call={call}>
                <ActionIcon
                  variant="default"
                  data-move={direction}
                  aria-label={direction === 'up' ? t.moveUp(nameOf(item)) : t.moveDown(nameOf(item))}
                  disabled={to < 0 || to >= shown.length}
                  onClick={() => {
                    focused.current = { key, direction }
                    order(at, to)
                  }}
                >
                  {direction === 'up' ? '↑' : '↓'}
                </ActionIcon>
              </Permission>
            )
          }
          return (
            <Paper
              key={key}
              component="li"
              withBorder
              px="md"
              py="xs"
              data-key={key}
              draggable={can_order}
              onDragStart={() => setDragged(at)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event: DragEvent) => dragOver(event, at)}
              onDrop={() => {
                if (dragged !== undefined) order(dragged, at)
                setDragged(undefined)
              }}
              style={{ opacity: dragged === at ? 0.5 : 1, cursor: can_order ? 'grab' : 'default' }}
            >
              <Group justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm" c="dimmed" miw={24} style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {at + 1}
                </Text>
                <Group gap="sm" style={{ flexGrow: 1, minWidth: 0 }}>
                  {children(item)}
                </Group>
                <Group gap={4} wrap="nowrap">
                  {move('up')}
                  {move('down')}
                </Group>
              </Group>
            </Paper>
          )
        })}
      </ol>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  )
}
