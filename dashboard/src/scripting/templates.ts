// The templates of rules and actions that the project has in `templates/`, as their texts. Loaded with the dialog that offers them.
const rule_files = import.meta.glob<string>('../../../templates/rules/*.js', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const action_files = import.meta.glob<string>('../../../templates/actions/*.js', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** A template: its name, what its first comment says, and its code. `trigger`: that of an action. */
export type Template = { name: string; about: string; code: string; trigger?: string }

const trigger_line = /^Trigger: ([\w-]+)\. /

function readTemplate([path, code]: [string, string]): Template {
  const name = /([\w-]+)\.js$/.exec(path)?.[1] ?? path
  const lines = code.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  const comment = lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ')
  const trigger = trigger_line.exec(comment)?.[1]
  const about = comment.replace(trigger_line, '')
  return { name, about, code, ...(trigger === undefined ? {} : { trigger }) }
}

/** The templates of rules. */
export const rule_templates: readonly Template[] = Object.entries(rule_files).map(readTemplate)

/** The templates of actions. */
export const action_templates: readonly Template[] = Object.entries(action_files).map(readTemplate)
