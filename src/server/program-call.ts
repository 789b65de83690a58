/** How the program is called: in a checkout, and where the package is installed. */
export const program_call = import.meta.filename.endsWith('.ts') ? 'npm run -s wherry --' : 'npx wherry'
