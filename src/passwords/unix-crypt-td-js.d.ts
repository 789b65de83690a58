declare module 'unix-crypt-td-js' {
  /** The salt's two characters and the hash's eleven (crypt(3) with DES). */
  export default function crypt(password: string | number[], salt: string): string
}
