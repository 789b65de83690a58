import type { ActionTrigger } from '../contract/action.ts'

/** The function of an action that each trigger runs. */
export const trigger_functions: Record<ActionTrigger, string> = {
  'post-login': 'onExecutePostLogin',
  'pre-user-registration': 'onExecutePreUserRegistration',
  'post-user-registration': 'onExecutePostUserRegistration',
  'post-change-password': 'onExecutePostChangePassword',
  'credentials-exchange': 'onExecuteCredentialsExchange',
  'send-phone-message': 'onExecuteSendPhoneMessage',
  'post-migration': 'onExecutePostMigration',
}
