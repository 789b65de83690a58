/** The unit of a tenant's rules and actions in the sandbox, and the name of their script log. */
export const rules_unit = 'rules'

/** The name of the rules and post-login actions in the script log and in the sandbox. */
export const post_login_script = 'post_login'
