-- nvim --clean --headless -l e2e.lua [SERVER [PAGE]]
--
-- SERVER is an executable with the name sfmc-analyzer (or $SFMC_ANALYZER), PAGE a page to work on a copy of. Uses the configuration that is
-- shipped, prints one JSON object, and fails with status 1.

local driver = dofile(vim.fs.dirname(vim.fs.abspath(_G.arg[0])) .. '/lib/driver.lua')
local wait, expect = driver.wait, driver.expect
local page = vim.fs.abspath(_G.arg[2] or (driver.here .. '/../../../test-fixtures/example/emails/welcome.html'))

-- The emoji take 4, 4 and 2 bytes, 2, 2 and 1 units of UTF-16, 1, 1 and 1 characters.
local LINE = '<p>😀🎉é</p>%%[ if @a && @b then ]%%x%%[ endif ]%%'
local CODE = 'amp/unsupported-operator'
local NAME = 'sfmc-analyzer'

local out = driver.out
out.nvim = tostring(vim.version())
out.runs = {}

-- One life of the server: open, look, edit, mend, stop.
local function run(encoding)
  local result = { encoding = encoding }
  table.insert(out.runs, result)
  local exit
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.general.positionEncodings = { encoding }
  vim.lsp.config(NAME, {
    capabilities = capabilities,
    on_exit = function(code, signal)
      exit = { code = code, signal = signal }
    end,
  })

  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder .. '/emails', 'p')
  vim.fn.writefile({}, folder .. '/sfmc-analyzer.toml')
  local file = folder .. '/emails/page.html'
  local lines = vim.fn.readfile(page)
  table.insert(lines, LINE)
  vim.fn.writefile(lines, file)

  local started = vim.uv.hrtime()
  vim.cmd.edit(vim.fn.fnameescape(file))
  local buffer = vim.api.nvim_get_current_buf()
  local lnum = #lines - 1

  local function found()
    return vim.tbl_filter(function(diagnostic)
      return diagnostic.code == CODE and diagnostic.lnum >= lnum
    end, vim.diagnostic.get(buffer))
  end

  wait('the client', function()
    return #vim.lsp.get_clients({ name = NAME, bufnr = buffer }) == 1
  end)
  local client = vim.lsp.get_clients({ name = NAME, bufnr = buffer })[1]
  wait('the first diagnostics', function()
    return #found() > 0
  end)
  result.first_diagnostics_ms = (vim.uv.hrtime() - started) / 1e6
  result.diagnostics = #vim.diagnostic.get(buffer)
  expect('the encoding', client.offset_encoding, encoding)
  expect('the folder', vim.uv.fs_realpath(client.root_dir), vim.uv.fs_realpath(folder))

  -- Columns are bytes in Neovim, whatever the server counts.
  local column = LINE:find('&&', 1, true) - 1
  local diagnostic = found()[1]
  expect('the place', { diagnostic.lnum, diagnostic.col, diagnostic.end_col }, { lnum, column, column + 2 })
  expect('the source', diagnostic.source, NAME)

  -- Lines above it and text before it move it.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { '<!-- 😀 -->' })
  vim.api.nvim_buf_set_text(buffer, lnum + 1, 3, lnum + 1, 3, { '🎉 ü ' })
  column = column + #'🎉 ü '
  local edited = vim.uv.hrtime()
  wait('the diagnostic where it stands after the edit', function()
    local now = found()
    return #now == 1 and now[1].lnum == lnum + 1 and now[1].col == column and now[1].end_col == column + 2
  end)
  result.edit_to_diagnostics_ms = (vim.uv.hrtime() - edited) / 1e6

  -- Symbols of the condition.
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/documentSymbol', {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
  }, 10000) or {}
  local symbols = (answers[client.id] or {}).result or {}
  result.symbols = #symbols
  if #symbols == 0 then
    driver.fail('no symbols')
  end

  -- What a variable holds that is set to rows.
  vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  wait('the inlay hints', function()
    return vim.iter(vim.lsp.inlay_hint.get({ bufnr = buffer })):any(function(hint)
      return hint.inlay_hint.label == ': rowset'
    end)
  end)
  result.inlay_hints = #vim.lsp.inlay_hint.get({ bufnr = buffer })

  -- The quick fix; beside it stand comments that would silence the finding.
  vim.api.nvim_win_set_cursor(0, { lnum + 2, column })
  local function act(kind, filter)
    vim.lsp.buf.code_action({ apply = true, context = { only = { kind } }, filter = filter })
  end
  local function line(number)
    return vim.api.nvim_buf_get_lines(buffer, number, number + 1, false)[1]
  end
  local function mended()
    return line(lnum + 1) == LINE:gsub('&&', 'and'):gsub('<p>', '<p>🎉 ü ')
  end
  local broken = line(lnum + 1)
  act('quickfix', function(action)
    return action.isPreferred
  end)
  wait('the fix', mended)
  wait('the diagnostic to go', function()
    return #found() == 0
  end)

  -- All that can be mended unseen, and a refactoring.
  vim.api.nvim_buf_set_lines(buffer, lnum + 1, lnum + 2, false, { broken })
  wait('the diagnostic to come back', function()
    return #found() == 1
  end)
  act('source.fixAll')
  wait('all fixes', mended)
  local inline = '<p>😀%%=Lowercase(Trim(emailaddr))=%%</p>'
  vim.api.nvim_buf_set_lines(buffer, lnum + 2, lnum + 2, false, { inline })
  vim.api.nvim_win_set_cursor(0, { lnum + 3, (inline:find('Trim', 1, true)) })
  act('refactor.extract')
  wait('the refactoring', function()
    return line(lnum + 2) == '<p>😀%%[ set @trim = Trim(emailaddr) ]%%%%=Lowercase(@trim)=%%</p>'
  end)

  client:stop()
  wait('the client to stop', function()
    return vim.lsp.get_client_by_id(client.id) == nil and exit ~= nil
  end)
  expect('the exit', exit, { code = 0, signal = 0 })
  wait('the process to end', function()
    return #vim.api.nvim_get_proc_children(vim.fn.getpid()) == 0
  end)
  result.exit = exit.code
  vim.cmd('bwipeout!')
  vim.fn.delete(folder, 'rf')
end

driver.main(function()
  -- The shipped configuration finds the server by its name.
  expect('the name of the server', (vim.fs.basename(driver.server):gsub('%.exe$', '')), NAME)
  vim.cmd('filetype on')
  dofile(driver.here .. '/../sfmc-analyzer.lua')
  for _, encoding in ipairs({ 'utf-8', 'utf-16', 'utf-32' }) do
    run(encoding)
  end
end)
