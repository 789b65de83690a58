import { Grid, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import type { PreviewLanguage } from '../email/preview-languages'
import { useMessages } from '../messages/use-messages'
import { FormActions, useChangeForm } from '../ui/form'
import { Section } from '../ui/section'
import { PagePreview } from './page-preview'
import { page_of_prompt, type Prompt } from './previewed-pages'

type Texts = Answer<'getDefaultTexts'>['texts']
type Own = Answer<'getCustomTexts'>

const pause_ms = 400
const text_max = 500

/** The own texts by key; empty where the text of the server is shown. */
const valuesOf = (texts: Texts, own: Own): Record<string, string> =>
  Object.fromEntries(texts.map(({ screen, key }) => [key, own[screen]?.[key] ?? '']))

/** The own texts by screen and key. The operation replaces all of the prompt. */
function ownTexts(texts: Texts, values: Record<string, string>): Own {
  const own: Own = {}
  for (const { screen, key } of texts) {
    const text = values[key]?.trim() ?? ''
    if (text !== '') own[screen] = { ...own[screen], [key]: text }
  }
  return own
}

/** The form of the texts of a prompt, beside a page that shows them. */
export function TextsForm({
  prompt,
  language,
  texts,
  own,
}: {
  prompt: Prompt
  language: PreviewLanguage
  texts: Texts
  own: Own
}): ReactElement {
  const t = useMessages()
  const save = useCall('setCustomTexts', { also: ['branding'] })
  const may = useCan('setCustomTexts')
  const changes = useChangeForm(valuesOf(texts, own), {
    field_of_property: Object.fromEntries(texts.map(({ screen, key }) => [`${screen}.${key}`, key])),
  })
  const { form, afterSave } = changes
  const [draft] = useDebouncedValue(form.values, pause_ms)
  const submit = form.onSubmit((values) => save.mutate({ prompt, language, body: ownTexts(texts, values) }, afterSave))
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Section title={t.branding.prompts[prompt]} hint={t.branding.textsHint}>
          <form onSubmit={submit}>
            <Stack>
              {texts.map(({ key, text, values }) => (
                <TextInput
                  key={key}
                  label={text}
                  description={t.branding.place(key, values)}
                  placeholder={text}
                  maxLength={text_max}
                  disabled={!may}
                  {...form.getInputProps(key)}
                />
              ))}
              <FormActions changes={changes} call={save} saves="setCustomTexts" />
            </Stack>
          </form>
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <div style={{ position: 'sticky', top: 72 }}>
          <PagePreview
            input={{ page: page_of_prompt[prompt], language, texts: { prompt, texts: ownTexts(texts, draft) } }}
            choices={null}
          />
        </div>
      </Grid.Col>
    </Grid>
  )
}
