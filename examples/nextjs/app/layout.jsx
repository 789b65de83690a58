export const metadata = { title: 'Next.js' }

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <h1>Next.js</h1>
        {children}
      </body>
    </html>
  )
}
