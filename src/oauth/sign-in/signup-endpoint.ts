import type { FastifyReply } from 'fastify'
import { activeKinds, identifier_kinds, type IdentifierKind } from '../../connections/identifier-rules.ts'
import type { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { setRetryAfter } from '../../http/set-retry-after.ts'
import { policyRules } from '../../login/password-policy.ts'
import { signUp, type SignUpDeps } from '../../login/sign-up.ts'
import { storesOfIdentifier } from '../../login/stores-of-identifier.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { sendPage } from '../../pages/render-page.ts'
import { renderSignupPage } from '../../pages/signup-page.ts'
import { readableParameters } from '../login-grant.ts'
import { publicSignUpError } from '../public-sign-up-error.ts'
import { continuePage, continueRepeated, type Exchange } from './continue-page.ts'
import { openPage, type OpenedPage } from './open-page.ts'
import { pageLinks, signupConnection, signupKinds } from './page-links.ts'
import { page_paths } from './page-paths.ts'
import { signIn, type SignInDeps } from './sign-in.ts'

/** Dependencies of the sign-up page. */
export type SignupEndpointDeps = SignInDeps & SignUpDeps

/** What was typed. */
type Typed = Record<IdentifierKind | 'password', string>

/** A form that a page shows: what was typed, and why it is shown again. */
type Shown = { typed: Typed; error?: PageError; status?: number }

async function sendSignupPage(
  { request, reply }: Exchange,
  { state, authorization }: OpenedPage,
  { typed, error, status }: Shown,
): Promise<FastifyReply> {
  const { tenant, client, parameters, connections, target } = authorization
  const connection = signupConnection(storesOfIdentifier(connections, typed.email))
  const { options } = connection
  const closed: PageError | undefined = options.disable_signup === true ? { code: 'signup_disabled' } : undefined
  const page = renderSignupPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.signup,
    state,
    client_name: client.name,
    redirect_uri: target.redirect_uri,
    identifiers: signupKinds(connection).map(({ kind, is_required }) => ({ kind, is_required, value: typed[kind] })),
    rules: policyRules(options, error?.code === 'weak_password' ? typed.password : ''),
    links: { login: pageLinks(connections, state).login },
    error: closed ?? error,
  })
  return await sendPage(reply, page, closed ? 400 : status)
}

/** Answers GET /u/signup: the form, or the next step where the user is signed in already. */
export async function answerSignupPage(deps: SignupEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  const typed = {
    email: page.authorization.parameters['login_hint'] ?? '',
    username: '',
    phone_number: '',
    password: '',
  }
  if (await continuePage(deps, exchange, page)) return exchange.reply
  return await sendSignupPage(exchange, page, { typed })
}

// The message of a refused body begins with the name of the field.
function problemOf(refusal: Refusal, reference: string | undefined): PageError {
  if (refusal.code !== 'invalid_body') return pageErrorOf(refusal, reference)
  const kind = identifier_kinds.find((each) => refusal.message.includes(`'${each}'`)) ?? 'email'
  return { code: `${kind}_invalid`, field: kind }
}

/** Answers POST /u/signup: signs the user up and in, and answers the client, or shows the form again with the reason. */
export async function answerSignupForm(deps: SignupEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange
  const posted = ownForm(request, deps.site.scheme)
  const page = await openPage(deps, request, fieldOf(posted, 'state'))
  if (await continueRepeated(deps, exchange, page)) return exchange.reply
  const { tenant, client, connections } = page.authorization
  const typed = {
    email: fieldOf(posted, 'email'),
    username: fieldOf(posted, 'username'),
    phone_number: fieldOf(posted, 'phone_number'),
    password: fieldOf(posted, 'password'),
  }
  const connection = signupConnection(storesOfIdentifier(connections, typed.email))
  const given = signupKinds(connection).flatMap(({ kind }) => (typed[kind].trim() === '' ? [] : kind))
  const identifier = activeKinds(connection.options).find((kind) => given.includes(kind))
  if (identifier === undefined) {
    const [kind = 'email'] = activeKinds(connection.options)
    const error: PageError = { code: `${kind}_invalid`, field: kind }
    return await sendSignupPage(exchange, page, { typed, error, status: 400 })
  }
  const before = async (): Promise<void> => {
    const identifiers = Object.fromEntries(given.map((kind) => [kind, typed[kind]]))
    const caller = callerOf(request)
    try {
      const { password } = typed
      const { language } = lookFor(request, tenant, page.authorization.parameters['ui_locales'])
      const parameters = readableParameters(page.authorization.parameters)
      await signUp(deps, { tenant, connection, client, ...identifiers, password, language, parameters, caller })
    } catch (error) {
      throw publicSignUpError(tenant, error)
    }
  }
  const result = await signIn(deps, exchange, page, {
    connections: [connection],
    identifier: typed[identifier],
    password: typed.password,
    before,
  })
  if (result.kind === 'answered') return reply
  const { refusal, reference } = result
  setRetryAfter(reply, refusal)
  const error = problemOf(refusal, reference)
  return await sendSignupPage(exchange, page, { typed, error, status: refusal.problem.status })
}
