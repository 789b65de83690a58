import { Code } from '@mantine/core'
import type { ReactElement } from 'react'

/** A text of the server, in which parts between backticks are code. */
export function WithCode({ text }: { text: string }): ReactElement {
  return <>{text.split('`').map((part, at) => (at % 2 === 0 ? part : <Code key={at}>{part}</Code>))}</>
}
