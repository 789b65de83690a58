/** A host (name, IPv4, or IPv6 in brackets) and a port. */
export const hostPortPattern = String.raw`^(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$`

/** An e-mail address: a local part, one @ and a host. Further rules are left to delivery. */
export const emailPattern = String.raw`^[^\s@<>(),;:"\[\]\\\u0000-\u001f\u007f]+@[^\s@<>(),;:"\[\]\\\u0000-\u001f\u007f]+$`
