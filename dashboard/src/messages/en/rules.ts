import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)

export const rules = {
  title: 'Rules',
  subtitle: 'Functions that run after each successful login, before the post-login actions.',
  order: 'Order',
  orderHint: 'They run from the first to the last; the first that denies or fails ends the login.',
  seeLogin: 'What runs at a login',
  create: 'Create rule',
  createTitle: 'Create a rule',
  createText: 'It is created disabled: no login runs it until you enable it.',
  empty: 'No rules yet',
  emptyHint:
    'A rule adds claims to tokens, denies a login or sends the user to another page. New projects use actions; rules run code that was written for Auth0.',
  name: 'Name',
  nameRule: (max: number) =>
    `Letters, digits, spaces and hyphens, at most ${count(max)}; it begins and ends with a letter or a digit.`,
  enabled: 'Enabled',
  enabledDone: (name: string) => `${name} runs from the next login on`,
  disabledDone: (name: string) => `${name} runs no more`,
  moved: (name: string) => `${name} has another place`,
  runs: 'Runs at each login.',
  runsNot: 'Disabled: no login runs it.',
  rename: 'Rename',
  renameTitle: (name: string) => `Rename ${name}`,
  editorLabel: (name: string) => `Source of the rule ${name}`,
  save: 'Save',
  savedDone: 'Saved. The next login runs the new text.',
  savedDisabled: 'Saved. The rule is disabled: no login runs it.',
  try: 'Try',
  user: 'User',
  context: 'Context',
  delete: 'Delete rule',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText: (enabled: boolean) =>
    enabled
      ? 'From the next login on it runs no more. What it denied is allowed then, and its claims are missing.'
      : 'It is disabled: logins stay as they are. Its text cannot be brought back.',
  deleted: (name: string) => `${name} is deleted`,

  values: 'Values',
  valuesOf: 'Values that it reads',
  valuesHint: 'All rules read them as configuration.NAME. They are sealed and never shown again.',
  noValues: 'No values yet. Keep keys and addresses here instead of in a rule.',
  readsNone: 'It reads none.',
  valueName: 'Name',
  valueState: 'State',
  setValueState: 'set',
  missingValue: 'missing: rules read undefined',
  unused: 'not used',
  maybeUnused: 'not found; a rule reads names that are computed',
  usedIn: 'Used in',
  useOf: (rule: string, line: number) => `${rule}:${count(line)}`,
  newValueName: 'Name of a value',
  keyRule: 'Letters, digits and _ - @ * + : only',
  valueHint: 'It is used from the next login on, and cannot be read back.',
  valueDone: (name: string) => `${name} is set`,
  deleteValueText: (uses: number) =>
    plural('en', uses, {
      one: 'One place in the rules reads it, and reads undefined from the next login on.',
      other: `${count(uses)} places in the rules read it, and read undefined from the next login on.`,
    }),
  valueDeleted: (name: string) => `${name} is deleted`,
}
