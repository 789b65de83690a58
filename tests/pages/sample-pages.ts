// One page of each kind and state, with values that a tenant of today may have.
import { renderContinuePage, renderFormPostPage, renderWebMessagePage } from '../../src/pages/answer-pages.ts'
import { policyRules } from '../../src/login/password-policy.ts'
import { renderConsentPage } from '../../src/pages/consent-page.ts'
import { renderForgotPage, renderForgotSentPage, renderPasswordElsewherePage } from '../../src/pages/forgot-pages.ts'
import { renderLoginPage, type LoginModel } from '../../src/pages/login-page.ts'
import { renderLoggedOutPage, renderLogoutPage, renderStillLoggedInPage } from '../../src/pages/logout-pages.ts'
import type { Look } from '../../src/pages/look.ts'
import type { PageError } from '../../src/pages/page-problems.ts'
import { renderProblemPage, wayOn } from '../../src/pages/problem-page.ts'
import type { Page } from '../../src/pages/render-page.ts'
import { renderResetCodePage } from '../../src/pages/reset-code-form.ts'
import { renderResetDonePage, renderResetPage } from '../../src/pages/reset-form.ts'
import { renderSignupPage, type SignupModel } from '../../src/pages/signup-page.ts'
import { renderVerificationDonePage, renderVerificationPage } from '../../src/pages/verification-form.ts'

/** What the pages show: names, identifiers and texts, which a test may replace by hostile ones. */
export type SampleTexts = {
  client_name: string
  identifier: string
  reference: string
  message: string
  scope: string
  state: string
}

const ordinary: SampleTexts = {
  client_name: 'Harbour Shop',
  identifier: 'ann@example.com',
  reference: 'K7Q2-M9XD',
  message: 'Your subscription has ended. Please renew it first.',
  scope: 'See your orders of the last year',
  state: 'sealed',
}

/** Every page for end users, by name. */
export function samplePages(look: Look, texts: SampleTexts = ordinary): Record<string, Page> {
  const { client_name, identifier, reference, message, scope, state } = texts
  const links = {
    login: '/u/login',
    signup: '/u/signup',
    forgot: '/u/forgot',
    again: '/u/login',
    other_user: '/u/login',
  }
  const form = { action: '/u/form', state, client_name, redirect_uri: 'https://shop.example/callback' }
  const failure = (code: PageError['code']): PageError => ({ code, message, reference })
  const loginPage = (change: Partial<LoginModel> = {}): Page =>
    renderLoginPage(look, { ...form, step: 'one_page', identifier: '', identifiers: ['email'], links, ...change })
  const options = { passwordPolicy: 'good' } as const
  const signupPage = (change: Partial<SignupModel> = {}): Page =>
    renderSignupPage(look, {
      ...form,
      identifiers: [
        { kind: 'email', is_required: true, value: identifier },
        { kind: 'username', is_required: true, value: '' },
        { kind: 'phone_number', is_required: false, value: '' },
      ],
      rules: policyRules(options, ''),
      links,
      ...change,
    })
  const scopes = ['openid', 'profile', 'email', 'offline_access'].map((name) => ({ name }))
  const reset: Parameters<typeof renderResetPage>[0] = {
    look,
    ticket: state,
    recipient: { kind: 'email', value: identifier },
    result_url: undefined,
    rules: policyRules(options, ''),
  }
  return {
    login: loginPage(),
    'login-failed': loginPage({ identifier, error: failure('wrong_credentials') }),
    'login-unreachable': loginPage({ identifier, error: failure('legacy_unavailable') }),
    'login-not-completed': loginPage({ identifier, error: failure('login_not_completed') }),
    'login-refused': loginPage({ identifier, error: failure('login_refused') }),
    'login-blocked': loginPage({ identifier, error: failure('user_blocked') }),
    'login-locked': loginPage({ identifier, error: failure('too_many_attempts') }),
    'login-address-locked': loginPage({ identifier, error: failure('address_locked') }),
    'login-denied': loginPage({ identifier, error: failure('login_denied') }),
    'login-identifier': loginPage({ step: 'identifier', identifiers: ['email', 'username', 'phone_number'] }),
    'login-password': loginPage({ step: 'password', identifier, identifiers: ['email', 'username', 'phone_number'] }),
    signup: signupPage(),
    'signup-weak': signupPage({ error: failure('weak_password'), rules: policyRules(options, 'weak') }),
    'signup-exists': signupPage({ error: failure('signup_user_exists') }),
    'signup-closed': signupPage({ error: failure('signup_disabled') }),
    forgot: renderForgotPage(look, { ...form, identifier: '', identifiers: ['email'], links }),
    'forgot-sent': renderForgotSentPage(look, { identifier, links, is_finishing: false }),
    'forgot-sent-finishing': renderForgotSentPage(look, { identifier, links, is_finishing: true }),
    'reset-code': renderResetCodePage(look, {
      connections: ['users'],
      identifier: '+44 20 7946 0018',
      identifiers: ['email', 'phone_number'],
      is_answer: true,
      ways_on: [wayOn(look, '/u/login', 'back_to_login')],
    }),
    'reset-code-wrong': renderResetCodePage(look, {
      connections: ['users'],
      identifier: '+44 20 7946 0018',
      identifiers: ['phone_number'],
      error: failure('reset_code_invalid'),
    }),
    'password-elsewhere': renderPasswordElsewherePage(look, { url: 'https://legacy.example/password', links }),
    reset: renderResetPage(reset),
    'reset-weak': renderResetPage({ ...reset, rules: policyRules(options, 'weak'), error: { code: 'weak_password' } }),
    'reset-done': renderResetDonePage(look, {
      email: identifier,
      ways_on: [wayOn(look, '/u/x', { name: client_name })],
    }),
    verification: renderVerificationPage(look, { ticket: state, email: identifier, result_url: undefined }),
    'verification-done': renderVerificationDonePage(look, { email: identifier, ways_on: [] }),
    consent: renderConsentPage(look, {
      ...form,
      identifier,
      scopes: [...scopes, { name: 'read:orders', description: scope }],
      links,
    }),
    logout: renderLogoutPage(look, { action: '/u/logout', hidden: { state }, identifier }),
    'logged-out': renderLoggedOutPage(look, { ways_on: [wayOn(look, '/x', { name: client_name })] }),
    'still-logged-in': renderStillLoggedInPage(look),
    continue: renderContinuePage(look, { url: 'com.example.app:/callback?code=x', client_name }),
    'form-post': renderFormPostPage(look, { redirect_uri: form.redirect_uri, parameters: { state }, client_name }),
    'web-message': renderWebMessagePage(look, { target_origin: 'https://shop.example', response: { state } }),
    'link-expired': renderProblemPage(look, { error: failure('ticket_invalid') }),
    'login-expired': renderProblemPage(look, {
      error: failure('login_expired'),
      ways_on: [wayOn(look, 'https://shop.example/login', { name: client_name })],
    }),
    'cookies-missing': renderProblemPage(look, { error: failure('cookies_missing') }),
    'request-invalid': renderProblemPage(look, { error: failure('request_invalid') }),
    internal: renderProblemPage(look, { error: failure('internal') }),
  }
}
