import { Type, type Static } from 'typebox'
import { Choice, Strict } from './route.ts'

const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

const identifier = Type.Optional(
  Strict({
    active: flag('Whether users log in with it. Default false; one attribute at least must be active.'),
    default_method: Type.Optional(Choice(['password'], 'How users of it log in: with a password.')),
  }),
)
const status = Type.Optional(
  Choice(
    ['required', 'optional', 'inactive'],
    'Whether a new user gives it at sign-up. Default: `required` with `profile_required`, else `optional` where it is active.',
  ),
)
const profile_required = flag(
  'Whether every user has one: sign-up, the API and the profiles of scripts are refused without it.',
)
const length = Type.Optional(Type.Integer({ minimum: 1, maximum: 128 }))

const Email = Strict({
  identifier,
  profile_required,
  unique: flag('False: several users may have one address, which is then no identifier. Default true.'),
  verification_method: Type.Optional(Choice(['link'], 'How an address is verified: by a mailed link.')),
  signup: Type.Optional(
    Strict({
      status,
      verification: Type.Optional(Strict({ active: flag('Whether sign-up mails a verification link. Default true.') })),
    }),
  ),
})

const PhoneNumber = Strict({
  identifier,
  profile_required,
  signup: Type.Optional(
    Strict({
      status,
      verification: Type.Optional(
        Strict({
          active: Type.Optional(Type.Literal(false, { description: 'Sign-up sends no text message.' })),
        }),
      ),
    }),
  ),
})

const Username = Strict({
  identifier,
  profile_required,
  signup: Type.Optional(Strict({ status })),
  validation: Type.Optional(
    Strict(
      {
        min_length: length,
        max_length: length,
        allowed_types: Type.Optional(
          Strict(
            { email: Type.Optional(Type.Boolean()), phone_number: Type.Optional(Type.Boolean()) },
            'Kept. A username that reads as an e-mail address or a phone number can come from the legacy store only; sign-up and the API refuse it, unless it is the address of the same user.',
          ),
        ),
      },
      'The length of a username that is chosen here; 1 to 15 characters by default.',
    ),
  ),
})

/** What users of a connection are identified by: Auth0's flexible identifiers. */
export const ConnectionAttributes = Strict(
  {
    email: Type.Optional(Email),
    phone_number: Type.Optional(PhoneNumber),
    username: Type.Optional(Username),
  },
  'What users are identified by: e-mail address, username, phone number (E.164). Excludes `requires_username` and `validation`. Without it users have an e-mail address, and a username where `requires_username` is true.',
)

/** What users of a connection are identified by. */
export type ConnectionAttributes = Static<typeof ConnectionAttributes>
