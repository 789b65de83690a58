import { Alert, Select, Skeleton, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { FactList } from '../ui/facts'
import { PreviewFrame } from '../ui/preview-frame'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { useLast } from '../ui/use-last'
import { language_options, preview_languages, type PreviewLanguage } from './preview-languages'

const route = getRouteApi('/t/$tenant_id/email/templates/$template')
const frame_px = 560

/** What a sample user would get of the draft; while the draft has a mistake, what it was before. */
export function TemplatePreview({
  preview: { data: current, error, refetch },
  language,
}: {
  preview: UseQueryResult<Answer<'previewEmailTemplate'>, ProblemError>
  language: PreviewLanguage
}): ReactElement {
  const t = useMessages().email
  const navigate = route.useNavigate()
  const data = useLast(current)
  const is_mistake = error?.refused !== undefined
  return (
    <Section title={t.preview} hint={t.previewHint}>
      <Stack gap="sm">
        <Select
          label={t.previewLanguage}
          description={t.previewLanguageHint}
          data={language_options}
          value={language}
          allowDeselect={false}
          onChange={(value) => {
            const next = preview_languages.find((one) => one === value)
            void navigate({ search: next === undefined ? {} : { language: next }, replace: true })
          }}
        />
        {is_mistake && (
          <Alert variant="light" color="red" title={t.mistake}>
            {error.message}
          </Alert>
        )}
        {error && !is_mistake && <Problem error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={frame_px} />}
        {data && (
          <>
            <FactList
              cols={1}
              facts={[
                [t.subject, data.subject === '' ? t.noSubject : data.subject],
                [t.templateFrom, data.from],
                [t.resultUrl, data.result_url],
              ]}
            />
            {data.html === '' ? (
              <Text size="sm">{t.noText}</Text>
            ) : data.frame === undefined ? (
              <Alert variant="light">{t.tooLongForPreview}</Alert>
            ) : (
              <PreviewFrame label={t.preview} frame={data.frame} height={frame_px} />
            )}
          </>
        )}
      </Stack>
    </Section>
  )
}
