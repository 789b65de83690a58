import { Grid, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { language_options, preview_languages } from '../email/preview-languages'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { useChangeForm } from '../ui/form'
import { Problem } from '../ui/problem'
import { choiceOf } from '../ui/search-params'
import { BrandingFrame } from './branding-frame'
import { fieldsOf, lookBody, lookProblems, type LookFields } from './look-fields'
import { LookForm } from './look-form'
import { PagePreview } from './page-preview'
import { previewed_pages } from './previewed-pages'

const route = getRouteApi('/t/$tenant_id/branding')
const pause_ms = 400

/** The logo and the colours of the hosted pages, with a preview of each page. */
export function LookPage(): ReactElement {
  const { data, error, refetch } = useRead('getBranding')
  return (
    <BrandingFrame>
      {error && !data ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Look branding={data} />
      ) : (
        <RoutePending />
      )}
    </BrandingFrame>
  )
}

const field_of_property = { 'colors.primary': 'primary', 'colors.page_background': 'start' } as const

function Look({ branding }: { branding: Answer<'getBranding'> }): ReactElement {
  const t = useMessages()
  const texts = t.branding
  const { page = 'login', language = 'en' } = route.useSearch()
  const navigate = route.useNavigate()
  const update = useCall('updateBranding')
  const may = useCan('updateBranding')
  const rule = { colour: texts.colourRule, url: texts.urlRule }
  const changes = useChangeForm<LookFields>(fieldsOf(branding), {
    validate: (values) => lookProblems(values, rule),
    field_of_property,
  })
  const { form, changed, afterSave } = changes
  const [draft] = useDebouncedValue(form.values, pause_ms)
  // What cannot be a colour yet is left out of the preview while it is typed.
  const is_sound = Object.keys(lookProblems(draft, rule)).length === 0
  const shown = is_sound ? lookBody(draft, draft) : branding
  const save = (): void => update.mutate({ body: lookBody(changed, form.values) }, afterSave)
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <LookForm changes={changes} is_disabled={!may} call={update} onSave={save} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <PagePreview
          input={{ page, language, branding: shown }}
          choices={
            <>
              <Select
                label={texts.page}
                data={previewed_pages.map((value) => ({ value, label: texts.pages[value] }))}
                value={page}
                allowDeselect={false}
                onChange={(value) =>
                  void navigate({
                    search: (search) => ({ ...search, page: choiceOf(previewed_pages, value) }),
                    replace: true,
                  })
                }
              />
              <Select
                label={texts.language}
                data={language_options}
                value={language}
                allowDeselect={false}
                onChange={(value) =>
                  void navigate({
                    search: (search) => ({ ...search, language: choiceOf(preview_languages, value) }),
                    replace: true,
                  })
                }
              />
            </>
          }
        />
      </Grid.Col>
    </Grid>
  )
}
