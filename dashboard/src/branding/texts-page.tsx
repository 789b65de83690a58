import { Group, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { language_options, preview_languages } from '../email/preview-languages'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { Problem } from '../ui/problem'
import { choiceOf } from '../ui/search-params'
import { BrandingFrame } from './branding-frame'
import { prompts } from './previewed-pages'
import { TextsForm } from './texts-form'

const route = getRouteApi('/t/$tenant_id/branding/texts')

/** The texts of the hosted pages, by prompt and language; both are in the address. */
export function TextsPage(): ReactElement {
  const t = useMessages().branding
  const { prompt = 'login', language = 'en' } = route.useSearch()
  const navigate = route.useNavigate()
  const of_server = useRead('getDefaultTexts', { prompt, language })
  const own = useRead('getCustomTexts', { prompt, language })
  const failed = [of_server, own].find(({ error, data }) => error !== null && !data)
  return (
    <BrandingFrame>
      <Group align="flex-end">
        <Select
          label={t.prompt}
          data={prompts.map((value) => ({ value, label: t.prompts[value] }))}
          value={prompt}
          allowDeselect={false}
          onChange={(value) => void navigate({ search: (search) => ({ ...search, prompt: choiceOf(prompts, value) }) })}
        />
        <Select
          label={t.language}
          data={language_options}
          value={language}
          allowDeselect={false}
          onChange={(value) =>
            void navigate({ search: (search) => ({ ...search, language: choiceOf(preview_languages, value) }) })
          }
        />
      </Group>
      {failed && <Problem error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && (!of_server.data || !own.data) && <RoutePending />}
      {of_server.data && own.data && (
        <TextsForm
          key={`${prompt} ${language}`}
          prompt={prompt}
          language={language}
          texts={of_server.data.texts}
          own={own.data}
        />
      )}
    </BrandingFrame>
  )
}
