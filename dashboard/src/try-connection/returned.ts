/** What the window of a sign-in test brings back: the code of a login, or why there is none. */
export type Returned = { state: string; code?: string; error?: string }

const channel_name = 'wherry.sign-in-test'

/** Passes what came back to the tabs of this browser. */
export function passReturned(returned: Returned): void {
  const channel = new BroadcastChannel(channel_name)
  channel.postMessage(returned)
  channel.close()
}

/** Calls back with what comes back for a test, until the returned function is called. */
export function onReturned(state: string, receive: (returned: Returned) => void): () => void {
  const channel = new BroadcastChannel(channel_name)
  channel.addEventListener('message', ({ data }: MessageEvent<Returned>) => {
    // Each test has a secret of its own: what another sign-in brings back is not shown.
    if (data.state === state) receive(data)
  })
  return () => channel.close()
}
