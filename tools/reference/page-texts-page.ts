import type { Message } from '../../src/base/message.ts'
import { custom_text_max } from '../../src/contract/prompts.ts'
import { en } from '../../src/pages/messages/en.ts'
import { message_keys, placeOf } from '../../src/pages/messages/prompt-texts.ts'
import { code, page, table } from './markdown.ts'

const shown = (message: Message): string => (typeof message === 'string' ? message : message.other)

/** `page-texts.md`: the texts of the hosted pages that a tenant can replace. */
export function pageTextsPage(): string {
  const rows = message_keys.map((key) => {
    const { prompt, screen } = placeOf(key)
    return { prompt, cells: [code(screen), code(key), shown(en[key])] }
  })
  const prompts = [...new Set(rows.map(({ prompt }) => prompt))]
  return page('Texts of the hosted pages', [
    `\`PUT /api/v2/prompts/{prompt}/custom-text/{language}\` replaces texts, of at most ${custom_text_max} characters each: \`{"<screen>": {"<key>": "<text>"}}\`. \`{name}\` in a text stands for a value; a text of one's own may use those of the default text. A text is plain text: markup is shown as it is written.`,
    ...prompts.flatMap((prompt) => [
      `## ${prompt}`,
      table(
        ['screen', 'key', 'text in English'],
        rows.filter((row) => row.prompt === prompt).map(({ cells }) => cells),
      ),
    ]),
  ])
}
