// What a harbour shop has set up beside its migration: applications, code, mail, pages, attack protection, log streams.
import type { JsonObject } from '../../../src/base/json.ts'
import type { MailServer } from '../../mail/mail-server.ts'
import type { Webhook } from '../webhook.ts'
import type { Call } from './shop.ts'

const customer_number_rule = `function customerNumber(user, context, callback) {
  const { customer_number } = user.app_metadata || {};
  if (customer_number) {
    context.idToken['https://harbour.example/customer_number'] = customer_number;
  }
  callback(null, user, context);
}`

const office_hours_rule = `function officeHours(user, context, callback) {
  if (context.connection !== 'staff') return callback(null, user, context);
  const hour = new Date().getUTCHours();
  const first = Number(configuration.OFFICE_OPENS || 6);
  if (hour < first || hour > 20) {
    return callback(new UnauthorizedError('The office is closed.'));
  }
  callback(null, user, context);
}`

const pier_action = `/** Adds the pier of the customer, and what they may order there, to the tokens. */
exports.onExecutePostLogin = async (event, api) => {
  const pier = event.user.app_metadata?.pier ?? 'north';
  api.idToken.setCustomClaim('https://harbour.example/pier', pier);
  if (event.client.name === 'Harbour Shop') {
    api.accessToken.setCustomClaim('https://harbour.example/pier', pier);
  }
};
`

const welcome_action = `/** Tells the customer system that someone has moved. */
exports.onExecutePostMigration = async (event) => {
  const url = event.secrets.CRM_URL + '/customers/' + event.migration.legacy_id;
  await fetch(url, { method: 'PATCH', body: JSON.stringify({ moved: true }) });
};
`

const greeting_action = `/** Says in which language the shop greets the customer. */
exports.onExecutePostLogin = async (event, api) => {
  const { language } = event.user.user_metadata ?? {};
  if (language) api.idToken.setCustomClaim('https://harbour.example/language', language);
};
`

const sign_up_action = `/** Lets only people of the harbour sign up as staff. */
exports.onExecutePreUserRegistration = async (event, api) => {
  if (event.connection.name === 'staff' && !event.user.email.endsWith('@harbour.example')) {
    api.access.deny('not_staff', 'Please sign up in the shop.');
  }
};
`

/** The body of the mail for a new password. */
const reset_body = `<html>
  <body style="font-family: sans-serif; color: #102a43">
    <h1 style="color: #0b7285">{{ friendly_name }}</h1>
    <p>Ahoy {{ user.name }},</p>
    <p>choose a new password for the shop:</p>
    <p><a href="{{ url }}">Choose a new password</a></p>
    <p>The link works once, for five days. If you did not ask for it, you need do nothing.</p>
  </body>
</html>
`

/** Creates the rules and actions, and binds two of the actions. */
export async function addCode(call: Call): Promise<void> {
  await call('POST', 'rules', { name: 'Add the customer number', script: customer_number_rule })
  await call('POST', 'rules', { name: 'Staff in office hours only', script: office_hours_rule, enabled: false })
  await call('PUT', 'rules-configs/OFFICE_OPENS', { value: '6' })
  const action = (name: string, trigger: string, code: string, more: JsonObject = {}) =>
    call('POST', 'actions/actions', { name, code, supported_triggers: [{ id: trigger }], ...more })
  const { id } = await action('Add the pier', 'post-login', pier_action.replace(" ?? 'north'", ''), { deploy: true })
  await call('PATCH', `actions/actions/${String(id)}`, { code: pier_action })
  await call('POST', `actions/actions/${String(id)}/deploy`)
  const secrets = [{ name: 'CRM_URL', value: 'https://crm.harbour.example/api' }]
  await action('Tell the customer system', 'post-migration', welcome_action, { secrets })
  await action('Staff sign-ups', 'pre-user-registration', sign_up_action, { deploy: true })
  await action('Greet in their language', 'post-login', greeting_action, { deploy: true })
  const bind = (trigger: string, ...values: string[]) =>
    call('PATCH', `actions/triggers/${trigger}/bindings`, {
      bindings: values.map((value) => ({ ref: { type: 'action_name', value } })),
    })
  await bind('post-login', 'Add the pier', 'Greet in their language')
  await bind('pre-user-registration', 'Staff sign-ups')
}

/** Sets the settings of the tenant, the look of its pages, its mail and the limits of failed logins. */
export async function setUpTenant(call: Call, mail: MailServer): Promise<void> {
  await call('PATCH', 'tenants/settings', {
    friendly_name: 'Harbour Shop',
    support_email: 'help@harbour.example',
    support_url: 'https://harbour.example/help',
    enabled_locales: ['en', 'de'],
    session_lifetime: 72,
    idle_session_lifetime: 24,
    default_directory: 'customers',
  })
  await call('PATCH', 'branding', {
    colors: {
      primary: '#0b7285',
      page_background: { type: 'linear-gradient', start: '#c5f6fa', end: '#e7f5ff', angle_deg: 160 },
    },
  })
  await call('PUT', 'prompts/login/custom-text/en', { login: { login_lead: 'Welcome back to {client}.' } })
  await call('POST', 'emails/provider', {
    name: 'smtp',
    default_from_address: 'Harbour Shop <post@harbour.example>',
    credentials: { smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_user: 'post', smtp_pass: 'anchors-aweigh' },
  })
  await call('POST', 'email-templates', {
    template: 'reset_email',
    subject: 'A new password for {{ friendly_name }}',
    from: 'Harbour Shop <post@harbour.example>',
    body: reset_body,
    syntax: 'liquid',
    enabled: true,
  })
  await call('PATCH', 'attack-protection/suspicious-ip-throttling', {
    stage: { 'pre-login': { max_attempts: 20, rate: 4_320_000 } },
    allowlist: ['198.51.100.0/24'],
  })
}

/** Creates a log stream that is delivered, and one whose webhook answers with errors. */
export async function addLogStreams(call: Call, received: Webhook, failing: Webhook): Promise<void> {
  const stream = (name: string, { url }: Webhook, ...categories: string[]) =>
    call('POST', 'log-streams', {
      name,
      type: 'http',
      sink: { httpEndpoint: url, httpContentFormat: 'JSONLINES', httpAuthorization: 'Bearer receiver' },
      filters: categories.map((category) => ({ type: 'category', name: category })),
    })
  await stream('Security monitoring', received)
  await stream('Newsletter', failing, 'user.migrated', 'auth.signup.success')
  failing.answer(503)
}
