// The error classes that scripts have as globals.
'use strict'

class WrongUsernameOrPasswordError extends Error {
  constructor(user_id, message) {
    super(message ?? 'Wrong email or password.')
    this.name = 'WrongUsernameOrPasswordError'
    this.code = 'invalid_user_password'
    Object.defineProperty(this, 'script_error_args', { value: [user_id ?? null] })
  }
}

class ValidationError extends Error {
  constructor(code, message) {
    super(message ?? code)
    this.name = 'ValidationError'
    this.code = code
    Object.defineProperty(this, 'script_error_args', { value: [code ?? null] })
  }
}

class UnauthorizedError extends Error {
  constructor(message) {
    super(message)
    this.name = 'UnauthorizedError'
    this.code = 'unauthorized'
  }
}

module.exports = { WrongUsernameOrPasswordError, ValidationError, UnauthorizedError }
