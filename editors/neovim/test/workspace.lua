-- nvim --clean --headless -l workspace.lua [SERVER]
--
-- What is done over several files of a project, by keys, as somebody at the keyboard does it: in a second Neovim that this one drives.
-- Prints one JSON object, and fails with status 1.

local here = vim.fs.dirname(vim.fs.abspath(_G.arg[0]))
local server = vim.fs.abspath(_G.arg[1] or vim.env.SFMC_ANALYZER or 'sfmc-analyzer')

local HEADER = '<p>😀 %%=v(@NAME)=%%</p>'
local MAIL = '😀%%[ set @name = "Ada" ]%% %%=ContentBlockByKey("header")=%%'

local out = { server = server }
local child

local function fail(message)
  out.error = message
  io.stdout:write(vim.json.encode(out) .. '\n')
  vim.cmd('cquit 1')
end

-- Runs Lua in the other Neovim.
local function lua(code, ...)
  return vim.rpcrequest(child, 'nvim_exec_lua', code, { ... })
end

local function keys(text)
  vim.rpcrequest(child, 'nvim_input', text)
end

local function wait(what, condition)
  local found
  local done = vim.wait(15000, function()
    found = condition()
    return found
  end, 20)
  if not done then
    fail('timeout: ' .. what .. '; ' .. vim.inspect(lua('return vim.fn.execute("messages")')))
  end
  return found
end

local function expect(what, found, expected)
  if not vim.deep_equal(found, expected) then
    fail(('%s: found %s, expected %s'):format(what, vim.inspect(found), vim.inspect(expected)))
  end
end

local function write(path, text)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.fn.writefile(vim.split(text, '\n'), path)
end

local function lines()
  return lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)')
end

-- Puts the cursor on the first place of a text in the first line.
local function go_to(text)
  lua([[
    local line = vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
    vim.api.nvim_win_set_cursor(0, { 1, line:find(..., 1, true) - 1 })
  ]], text)
end

local ok, message = xpcall(function()
  if not vim.uv.fs_stat(server) then
    fail('no such server: ' .. server)
  end
  local folder = vim.fn.tempname()
  local unit = folder .. '/retrieve/shop/main/asset'
  local header = unit .. '/block/header.asset-block-meta.html'
  local mail = unit .. '/message/mail.asset-message-meta.html'
  write(folder .. '/.mcdevrc.json', '{}')
  write(header, HEADER)
  write(unit .. '/block/header.asset-block-meta.json', vim.json.encode({ customerKey = 'header', name = 'The header' }))
  write(mail, MAIL)

  child = vim.fn.jobstart({ vim.v.progpath, '--clean', '--embed', '--headless' }, { rpc = true })
  vim.env.PATH = vim.fs.dirname(server) .. (vim.fn.has('win32') == 1 and ';' or ':') .. vim.env.PATH
  lua('vim.env.PATH = ...', vim.env.PATH)
  lua('vim.cmd("filetype on") vim.o.hidden = true dofile(...)', here .. '/../sfmc-analyzer.lua')
  lua('vim.cmd.edit(vim.fn.fnameescape(...))', mail)
  wait('the client', function()
    return lua('return #vim.lsp.get_clients({ bufnr = 0 })') == 1
  end)

  -- References are listed, over both files.
  go_to('@name')
  keys('grr')
  local found = wait('references', function()
    local list = lua('return vim.tbl_map(function(item) return { vim.api.nvim_buf_get_name(item.bufnr), item.lnum, item.col } end, vim.fn.getqflist())')
    return #list > 0 and list
  end)
  local real = vim.uv.fs_realpath
  expect('references', vim.tbl_map(function(item)
    return { real(item[1]), item[2], item[3] }
  end, found), { { real(header), 1, 14 }, { real(mail), 1, 13 } })
  keys('<C-W>c')
  lua('vim.cmd("cclose") vim.cmd.edit(vim.fn.fnameescape(...))', mail)

  -- Colours by meaning: `set` is a word of the language, `@name` a variable that gets a value.
  local colour = wait('semantic tokens', function()
    return lua([[
      local tokens = vim.lsp.semantic_tokens.get_at_pos(0, 0, 12) or {}
      return tokens[1] and { tokens[1].type, vim.tbl_keys(tokens[1].modifiers) } or false
    ]])
  end)
  expect('the colour', colour, { 'variable', { 'modification' } })

  -- From the key of a content to its file.
  go_to('header')
  keys('<C-]>')
  wait('the definition', function()
    return real(lua('return vim.api.nvim_buf_get_name(0)')) == real(header)
  end)
  lua('vim.cmd.edit(vim.fn.fnameescape(...))', mail)

  -- A completion is accepted: a variable that the page sets, in an expression that is not finished.
  keys('o%%=v(@na<C-X><C-O>')
  wait('the completions', function()
    return lua('return vim.fn.pumvisible()') == 1
  end)
  keys('<C-Y>)=%%<Esc>')
  wait('the completion', function()
    return lines()[2] == '%%=v(@name)=%%'
  end)

  -- A rename changes both files.
  go_to('@name')
  lua('vim.lsp.buf.rename(...)', 'who')
  wait('the rename in the page', function()
    return vim.deep_equal(lines(), { (MAIL:gsub('@name', '@who')), '%%=v(@who)=%%' })
  end)
  local other = lua([[
    local buffer = vim.fn.bufadd(...)
    vim.fn.bufload(buffer)
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  ]], header)
  expect('the rename in the block', other, { (HEADER:gsub('@NAME', '@who')) })

  lua('for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end')
  wait('the client to stop', function()
    return lua('return #vim.lsp.get_clients()') == 0
  end)
  vim.fn.jobstop(child)
  vim.fn.delete(folder, 'rf')
end, debug.traceback)
if not ok then
  fail(message)
end
out.ok = true
io.stdout:write(vim.json.encode(out) .. '\n')
vim.cmd('qall!')
