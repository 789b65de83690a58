export const password = {
  title: 'Change your password',
  current: 'Current password',
  forgotten: (email: string) =>
    `If you do not know it any more, the operator of this server makes a link for another one: wherry admin-link --user ${email}`,
  next: 'New password',
  rules: 'At least 12 characters, 5 of them different, and without your e-mail address.',
  repeated: 'Repeat the new password',
  needed: 'Fill this field in',
  differ: 'The two passwords differ',
  refused: {
    current_password: 'This is not your password',
    password: 'Choose a stronger one: at least 12 characters, 5 of them different, and without your e-mail address.',
  },
  ends: 'You stay signed in here, and are signed out of every other browser and program.',
  change: 'Change',
  changed: 'Your password is changed',
}
