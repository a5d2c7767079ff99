// The peer of bench_fanout: a plain Socket.IO 4 room on Node, one emit for each message.
const http = require("node:http");
const path = require("node:path");
const { Server } = require(path.join(process.argv[2], "node_modules", "socket.io"));

const server = http.createServer();
const io = new Server(server, { transports: ["websocket"], pingInterval: 20000 });
let seq = 0;

io.on("connection", (socket) => {
  socket.on("join", (body, ack) => {
    socket.join(body.room);
    ack({ ok: true, seq });
  });
  socket.on("chat:send", (body, ack) => {
    seq += 1;
    const room = `stream:${body.stream_id}`;
    const at = new Date().toISOString();
    const data = {
      id: body.idempotency_key,
      stream_id: body.stream_id,
      author: { id: socket.id, display_name: "a member", role: "member", avatar_url: null },
      text: body.text,
      at,
      reply_to: null,
      is_ai: false,
      deleted: false,
    };
    const event = { seq, type: "chat.message", at, data };
    io.to(room).emit("frame", { room, events: [event] });
    ack({ ok: true, event });
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ ready: true, http: `http://127.0.0.1:${server.address().port}` }));
});
