-- What the tests in this folder share: how they report, wait and compare, and a second Neovim that is driven by keys.

local M = {}

M.here = vim.fs.dirname(vim.fs.abspath(_G.arg[0]))
M.server = vim.fs.abspath(_G.arg[1] or vim.env.SFMC_ANALYZER or 'sfmc-analyzer')
-- What is printed at the end.
M.out = { server = M.server }

local child

local function print_out()
  io.stdout:write(vim.json.encode(M.out) .. '\n')
end

function M.fail(message)
  M.out.error = message
  print_out()
  vim.cmd('cquit 1')
end

-- Runs a test, prints one JSON object, and ends with status 1 if the test failed.
function M.main(test)
  local ok, message = xpcall(function()
    if not vim.uv.fs_stat(M.server) then
      M.fail('no such server: ' .. M.server)
    end
    vim.env.PATH = vim.fs.dirname(M.server) .. (vim.fn.has('win32') == 1 and ';' or ':') .. vim.env.PATH
    test()
  end, debug.traceback)
  if not ok then
    M.fail(message)
  end
  M.out.ok = true
  print_out()
  vim.cmd('qall!')
end

function M.wait(what, condition)
  local found
  local done = vim.wait(15000, function()
    found = condition()
    return found
  end, 5)
  if not done then
    local said = child and '; ' .. vim.inspect(M.lua('return vim.fn.execute("messages")')) or ''
    M.fail('timeout: ' .. what .. said)
  end
  return found
end

function M.expect(what, found, expected)
  if not vim.deep_equal(found, expected) then
    M.fail(('%s: found %s, expected %s'):format(what, vim.inspect(found), vim.inspect(expected)))
  end
end

function M.write(path, text)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.fn.writefile(vim.split(text, '\n'), path)
end

-- Runs Lua in the other Neovim.
function M.lua(code, ...)
  return vim.rpcrequest(child, 'nvim_exec_lua', code, { ... })
end

-- Types in the other Neovim.
function M.keys(text)
  vim.rpcrequest(child, 'nvim_input', text)
end

-- Shows a file in the other Neovim.
function M.edit(file)
  M.lua('vim.cmd.edit(vim.fn.fnameescape(...))', file)
end

-- The lines that the other Neovim shows.
function M.lines()
  return M.lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)')
end

-- Puts the cursor of the other Neovim on the first place of a text in a line.
function M.go_to(number, text)
  M.lua([[
    local number, text = ...
    local line = vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1]
    vim.api.nvim_win_set_cursor(0, { number, line:find(text, 1, true) - 1 })
  ]], number, text)
end

-- Starts the other Neovim with the configuration that is shipped, and shows a file there that the server then knows.
function M.start(file)
  child = vim.fn.jobstart({ vim.v.progpath, '--clean', '--embed', '--headless' }, { rpc = true })
  M.lua('vim.env.PATH = ...', vim.env.PATH)
  M.lua('vim.o.completeopt = "menuone"')
  M.lua('vim.cmd("filetype on") vim.o.hidden = true dofile(...)', M.here .. '/../sfmc-analyzer.lua')
  M.edit(file)
  M.wait('the client', function()
    return M.lua('return #vim.lsp.get_clients({ bufnr = 0 })') == 1
  end)
end

-- Takes the completion that stands first.
function M.complete()
  M.keys('<C-X><C-O>')
  M.wait('the completions', function()
    return M.lua('return vim.fn.pumvisible()') == 1
  end)
  M.keys('<C-Y>')
end

-- Stops the server, then the other Neovim.
function M.stop()
  M.lua('for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end')
  M.wait('the client to stop', function()
    return M.lua('return #vim.lsp.get_clients()') == 0
  end)
  vim.fn.jobstop(child)
  child = nil
end

return M
