import type { PreviewedPage } from '../contract/branding.ts'
import { policyRules } from '../login/password-policy.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { renderConsentPage } from './consent-page.ts'
import { renderForgotPage } from './forgot-pages.ts'
import { renderLoginPage, type LoginModel } from './login-page.ts'
import { renderLogoutPage } from './logout-pages.ts'
import { lookOf, type Look } from './look.ts'
import type { Preview } from './preview.ts'
import type { Page } from './render-page.ts'
import { renderResetPage } from './reset-form.ts'
import { renderSignupPage } from './signup-page.ts'
import { inScheme, type ColorScheme } from './theme.ts'
import { renderVerificationPage } from './verification-form.ts'

const sample_email = 'user@example.com'
const state = ''
const links = { login: '/u/login', signup: '/u/signup', forgot: '/u/forgot' }
const form = { action: '/u/preview', state, client_name: 'Sample Application', redirect_uri: undefined }

const loginPage = (look: Look, change: Partial<LoginModel> = {}): Page =>
  renderLoginPage(look, { ...form, step: 'one_page', identifier: '', identifiers: ['email'], links, ...change })

// Where the pages show the rules for passwords, they are those of the policy `good`.
const rules = () => policyRules({ passwordPolicy: 'good' }, '')

const renders: Record<PreviewedPage, (look: Look) => Page> = {
  login: (look) => loginPage(look),
  'login-failed': (look) => loginPage(look, { identifier: sample_email, error: { code: 'wrong_credentials' } }),
  signup: (look) =>
    renderSignupPage(look, {
      ...form,
      identifiers: [{ kind: 'email', is_required: true, value: '' }],
      rules: rules(),
      links,
    }),
  forgot: (look) => renderForgotPage(look, { ...form, identifier: '', identifiers: ['email'], links }),
  reset: (look) =>
    renderResetPage({
      look,
      ticket: state,
      recipient: { kind: 'email', value: sample_email },
      result_url: undefined,
      rules: rules(),
    }),
  verification: (look) => renderVerificationPage(look, { ticket: state, email: sample_email, result_url: undefined }),
  consent: (look) =>
    renderConsentPage(look, {
      ...form,
      identifier: sample_email,
      scopes: ['openid', 'profile', 'email'].map((name) => ({ name })),
      links: { other_user: '/u/login' },
    }),
  logout: (look) => renderLogoutPage(look, { action: form.action, hidden: { state }, identifier: sample_email }),
}

/** A page with sample values, in the first language of the tenant and in a colour scheme, for a frame: without script. */
export function previewPage(tenant: Tenant, page: PreviewedPage, color_scheme?: ColorScheme): Preview {
  const look = lookOf(tenant, {})
  const scheme = color_scheme === undefined ? {} : { color_scheme, theme: inScheme(look.theme, color_scheme) }
  const { html, headers } = renders[page]({ ...look, ...scheme, is_preview: true })
  return { html, policy: headers['content-security-policy'] ?? '' }
}
