import { Skeleton, useComputedColorScheme } from '@mantine/core'
import { Suspense, type ReactElement } from 'react'
import { lazyPart } from './lazy-part'
import type { DiffViewProps } from './diff-view-merge'

const Merge = lazyPart(() => import('./diff-view-merge'), 'DiffViewMerge')

/** Two texts next to each other, what differs marked. */
export function DiffView(props: Omit<DiffViewProps, 'is_dark'>): ReactElement {
  const is_dark = useComputedColorScheme('light') === 'dark'
  return (
    <Suspense fallback={<Skeleton height={240} />}>
      <Merge {...props} is_dark={is_dark} />
    </Suspense>
  )
}
