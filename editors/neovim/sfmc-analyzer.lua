-- For Neovim 0.11 and later: put this file into ~/.config/nvim/plugin/.

-- AMPscript is no file type that Neovim knows.
vim.filetype.add({ extension = { amp = 'ampscript', ampscript = 'ampscript' } })

vim.lsp.config('sfmc-analyzer', {
  cmd = { 'sfmc-analyzer', 'server', '--stdio' },
  filetypes = { 'html', 'ampscript', 'sql' },
  root_markers = { 'sfmc-analyzer.toml', '.sfmc-analyzer.toml', '.mcdevrc.json', '.git' },
  -- Names with blanks are inserted in brackets: Neovim does that only where its own completion is switched on.
  on_attach = function(client, buffer)
    vim.lsp.completion.enable(true, client.id, buffer)
  end,
})

vim.lsp.enable('sfmc-analyzer')
