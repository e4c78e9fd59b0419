-- KEYS[1]: the cell. ARGV: the window in microseconds, how many it allows.
-- Gives {1, how many are left} or {0, microseconds to wait}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window = tonumber(ARGV[1])
local each = window / tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1])) or now
full = math.min(math.max(full, now), now + window)
local after = full + each
-- A microsecond of grace: what is kept is rounded.
local over = after - now - window
if over > 1 then
  return {0, math.ceil(over)}
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.max(1, math.ceil((after - now) / 1000)))
return {1, math.max(0, math.floor((window - (after - now)) / each + 0.000001))}
