import { errorOf, type Check } from './check.ts'

/** The most bytes of all parameters as JSON. The login page carries them sealed, so that nothing is stored before a login. */
export const parameters_max_bytes = 4096

/** All parameters together: what is too long is refused at once and not after the login. */
export const checkParameterSize: Check = (_deps, request) => {
  if (Buffer.byteLength(JSON.stringify(request.parameters)) <= parameters_max_bytes) return
  const [longest = ''] = Object.entries(request.parameters)
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([name]) => name)
  const most = `The parameters of an authorization request may have ${parameters_max_bytes} bytes in all.`
  throw errorOf(request, 'invalid_request', `${most} The longest is ${longest.slice(0, 100)}.`)
}
