import { Alert, Group, SegmentedControl, Skeleton, Stack } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { Input } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { PreviewFrame } from '../ui/preview-frame'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { useLast } from '../ui/use-last'

const frame_px = 620
const phone_px = 360

/** A hosted page as people would see it, in both schemes and on a phone. `choices`: what chooses the page and the language. */
export function PagePreview({
  input,
  choices,
}: {
  input: Omit<Input<'previewPage'>['body'], 'color_scheme'>
  choices: ReactNode
}): ReactElement {
  const t = useMessages().branding
  const [color_scheme, setScheme] = useState<'light' | 'dark'>('light')
  const [size, setSize] = useState<'wide' | 'phone'>('wide')
  const preview = useRead('previewPage', { body: { ...input, color_scheme } })
  const { error, refetch } = preview
  const data = useLast(preview.data)
  const mistake = error?.refused
  return (
    <Section title={t.preview} hint={t.previewHint}>
      <Stack gap="sm">
        <Group align="flex-end">
          {choices}
          <SegmentedControl
            aria-label={t.scheme}
            data={[
              { value: 'light', label: t.light },
              { value: 'dark', label: t.dark },
            ]}
            value={color_scheme}
            onChange={(value) => setScheme(value === 'dark' ? 'dark' : 'light')}
          />
          <SegmentedControl
            aria-label={t.size}
            data={[
              { value: 'wide', label: t.wide },
              { value: 'phone', label: t.phone },
            ]}
            value={size}
            onChange={(value) => setSize(value === 'phone' ? 'phone' : 'wide')}
          />
        </Group>
        {mistake && (
          <Alert variant="light" color="red" title={t.mistake}>
            {mistake.text}
          </Alert>
        )}
        {error && !mistake && <Problem error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={frame_px} />}
        {data?.frame !== undefined && (
          <PreviewFrame
            label={t.preview}
            frame={data.frame}
            height={frame_px}
            scheme={color_scheme}
            width={size === 'phone' ? phone_px : '100%'}
          />
        )}
      </Stack>
    </Section>
  )
}
