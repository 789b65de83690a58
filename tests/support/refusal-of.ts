/** What a refused call of an SDK threw: the members that clients look at. `refused` is false where it succeeded. */
export async function refusalOf(attempt: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  try {
    await attempt
    return { refused: false }
  } catch (error) {
    const { name, statusCode, errorCode, error_description, body, message } = error as Record<string, unknown>
    return { refused: true, name, statusCode, errorCode, error_description, body, message }
  }
}
