// Hashes do not name their algorithm: those of the same length are tried.
const membership_digests = ['sha1', 'hmac-sha1', 'sha256', 'hmac-sha256', 'sha512', 'hmac-sha512', 'md5']
const membership_recipes = membership_digests.map((name) => ({ format: `membership-${name}` }))
