// What the Management API answers, held to the response types of the published SDK when the types are checked.
import type { Management } from 'auth0'
import type { Static } from 'typebox'
import type { Routes, RouteName } from '../../src/contract/routes.ts'
import type { Json } from '../support/requests.ts'

/** A type of the SDK, in which a text may be any: the contract names fewer of them than Auth0 has. */
type AnyText<T> = T extends string
  ? string
  : T extends null
    ? undefined
    : T extends (infer Item)[]
      ? AnyText<Item>[]
      : T extends object
        ? { [Name in keyof T]: AnyText<T[Name]> }
        : T

/**
 * An answer, in which a member that is stored and returned unchanged has any type, and null is an absent member: for unknown texts of log
 * events Auth0 answers null, where its SDK declares undefined.
 */
type Known<T> = unknown extends T
  ? Json
  : T extends null
    ? undefined
    : T extends (infer Item)[]
      ? Known<Item>[]
      : T extends object
        ? { [Name in keyof T]: Known<T[Name]> }
        : T

type Answer<Name extends RouteName> = Known<Static<Routes[Name]['response']>>

/** Fails to compile where an answer is not what the SDK declares. */
type Fits<Ours extends AnyText<Theirs>, Theirs> = Ours

export type Checked = [
  Fits<Answer<'getBruteForceProtection'>, Management.GetBruteForceSettingsResponseContent>,
  Fits<Answer<'getSuspiciousIpThrottling'>, Management.GetSuspiciousIpThrottlingSettingsResponseContent>,
  Fits<Answer<'getBreachedPasswordDetection'>, Management.GetBreachedPasswordDetectionSettingsResponseContent>,
  Fits<Answer<'listDailyStats'>, Management.DailyStats[]>,
  Fits<Answer<'getActiveUsers'>, Management.GetActiveUsersCountStatsResponseContent>,
  Fits<Answer<'getLogStream'>, Management.GetLogStreamResponseContent>,
  Fits<Answer<'listConnectionClients'>, Management.GetConnectionEnabledClientsResponseContent>,
  Fits<Answer<'getJob'>, Management.GetJobResponseContent>,
  Fits<NonNullable<Answer<'getEmailProvider'>>, Management.GetEmailProviderResponseContent>,
  Fits<Answer<'getEmailTemplate'>, Management.GetEmailTemplateResponseContent>,
  Fits<Answer<'getSigningKey'>, Management.GetSigningKeysResponseContent>,
  Fits<Answer<'rotateSigningKey'>, Management.RotateSigningKeysResponseContent>,
  Fits<Answer<'listBlocksByIdentifier'>, Management.ListUserBlocksByIdentifierResponseContent>,
  Fits<Answer<'getUser'>, Management.GetUserResponseContent>,
  Fits<Answer<'createUser'>, Management.CreateUserResponseContent>,
  Fits<Answer<'getConnection'>, Management.GetConnectionResponseContent>,
  Fits<Answer<'getClientGrant'>, Management.GetClientGrantResponseContent>,
  Fits<Answer<'getResourceServer'>, Management.GetResourceServerResponseContent>,
  Fits<Answer<'getClient'>, Management.GetClientResponseContent>,
  Fits<Answer<'listClientCredentials'>, Management.ClientCredential[]>,
  Fits<Answer<'createClientCredential'>, Management.PostClientCredentialResponseContent>,
  Fits<Answer<'updateClientCredential'>, Management.PatchClientCredentialResponseContent>,
  Fits<Answer<'getLog'>, Management.GetLogResponseContent>,
  Fits<Answer<'getTenantSettings'>, Management.GetTenantSettingsResponseContent>,
  Fits<Answer<'getBranding'>, Management.GetBrandingResponseContent>,
  Fits<Answer<'createPasswordChangeTicket'>, Management.ChangePasswordTicketResponseContent>,
  Fits<Answer<'createEmailVerificationTicket'>, Management.VerifyEmailTicketResponseContent>,
]
