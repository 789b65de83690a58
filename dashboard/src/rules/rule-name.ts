// Auth0's rule: the contract has the same pattern.
const name_form = /^[a-zA-Z0-9](?:[ \-a-zA-Z0-9]*[a-zA-Z0-9])?$/

/** The most characters of the name of a rule. */
export const name_max = 128

/** Whether the server accepts the name of a rule. */
export const isRuleName = (name: string): boolean => name.length <= name_max && name_form.test(name)
