/** The nonce of this page's Content-Security-Policy: style elements that carry it are applied. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
