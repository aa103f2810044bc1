-- nvim --clean --headless -l queries.lua [SERVER]
--
-- A query of a small project, as somebody at the keyboard writes it: in a second Neovim that this one drives.
-- Prints one JSON object, and fails with status 1.

local here = vim.fs.dirname(vim.fs.abspath(_G.arg[0]))
local server = vim.fs.abspath(_G.arg[1] or vim.env.SFMC_ANALYZER or 'sfmc-analyzer')

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

local function write(path, text)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.fn.writefile(vim.split(text, '\n'), path)
end

local function line(number)
  return lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)')[number]
end

-- Puts the cursor on the first place of a text in a line.
local function go_to(number, text)
  lua([[
    local number, text = ...
    local line = vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1]
    vim.api.nvim_win_set_cursor(0, { number, line:find(text, 1, true) - 1 })
  ]], number, text)
end

local function rules()
  return lua([[
    local found = vim.tbl_map(function(item) return item.code end, vim.diagnostic.get(0))
    table.sort(found)
    return table.concat(found, ' ')
  ]])
end

local ok, message = xpcall(function()
  if not vim.uv.fs_stat(server) then
    fail('no such server: ' .. server)
  end
  local folder = vim.fn.tempname()
  local unit = folder .. '/retrieve/shop/main'
  local metadata = unit .. '/dataExtension/orders.dataExtension-meta.json'
  local query = unit .. '/query/report.query-meta.sql'
  write(folder .. '/.mcdevrc.json', '{}')
  write(metadata, table.concat({
    '{',
    '  "CustomerKey": "orders",',
    '  "Name": "My Orders",',
    '  "Fields": [',
    '    { "Name": "Id", "FieldType": "Number", "IsPrimaryKey": true, "IsRequired": true },',
    '    { "Name": "First Name", "FieldType": "Text", "MaxLength": 50 }',
    '  ]',
    '}',
  }, '\n'))
  write(query, 'SELECT o.Id, o.Town\nFROM [My Orders] o\n')

  child = vim.fn.jobstart({ vim.v.progpath, '--clean', '--embed', '--headless' }, { rpc = true })
  vim.env.PATH = vim.fs.dirname(server) .. (vim.fn.has('win32') == 1 and ';' or ':') .. vim.env.PATH
  lua('vim.env.PATH = ...', vim.env.PATH)
  lua('vim.o.completeopt = "menuone"')
  lua('vim.cmd("filetype on") vim.o.hidden = true dofile(...)', here .. '/../sfmc-analyzer.lua')
  lua('vim.cmd.edit(vim.fn.fnameescape(...))', query)
  wait('the client', function()
    return lua('return #vim.lsp.get_clients({ bufnr = 0 })') == 1
  end)

  -- The data extension has no such column.
  wait('the diagnostic', function()
    return rules() == 'sql/unknown-column'
  end)

  -- The column that it has is completed, in the brackets that it needs.
  go_to(1, 'Town')
  keys('cwFir<C-X><C-O>')
  wait('the completions', function()
    return lua('return vim.fn.pumvisible()') == 1
  end)
  keys('<C-Y>')
  wait('the completion', function()
    return line(1) == 'SELECT o.Id, o.[First Name]'
  end)
  keys('<Esc>')
  wait('no diagnostic', function()
    return rules() == ''
  end)

  -- What it is.
  go_to(1, 'First')
  keys('K')
  wait('the hover', function()
    local shown = lua([[
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        end
      end
      return ''
    ]])
    return shown:find('nvarchar(50)', 1, true) and shown:find('My Orders', 1, true)
  end)

  -- From the column to its field in the metadata.
  go_to(1, 'First')
  keys('<C-]>')
  wait('the definition', function()
    local place = lua([[
      return { vim.api.nvim_buf_get_name(0), vim.api.nvim_win_get_cursor(0)[1] }
    ]])
    return vim.uv.fs_realpath(place[1]) == vim.uv.fs_realpath(metadata) and place[2] == 6
  end)

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
