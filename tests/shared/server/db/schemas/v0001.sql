BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE chat_messages (
	id VARCHAR(36) NOT NULL, 
	stream_id VARCHAR(36) NOT NULL, 
	author_id VARCHAR(36) NOT NULL, 
	text TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	is_ai BOOLEAN NOT NULL, 
	reply_to VARCHAR(36), 
	deleted_at BIGINT, 
	deleted_by VARCHAR(36), 
	CONSTRAINT pk_chat_messages PRIMARY KEY (id), 
	CONSTRAINT fk_chat_messages_author_id_users FOREIGN KEY(author_id) REFERENCES users (id), 
	CONSTRAINT fk_chat_messages_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "chat_messages" VALUES('chat_messages-0','streams-0','users-0','{}',1750000000000,0,'chat_messages-0',1750000000000,'chat_messages-0');
INSERT INTO "chat_messages" VALUES('chat_messages-1','streams-1','users-1','{}',1750000000001,0,'chat_messages-1',1750000000001,'chat_messages-1');
CREATE TABLE feed_events (
	room VARCHAR(60) NOT NULL, 
	seq BIGINT NOT NULL, 
	type VARCHAR(40) NOT NULL, 
	at BIGINT NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_feed_events PRIMARY KEY (room, seq)
)
 WITHOUT ROWID

;
INSERT INTO "feed_events" VALUES('feed_events-0',1750000000000,'feed_events-0',1750000000000,'{}');
INSERT INTO "feed_events" VALUES('feed_events-1',1750000000001,'feed_events-1',1750000000001,'{}');
CREATE TABLE feed_rooms (
	room VARCHAR(60) NOT NULL, 
	seq BIGINT NOT NULL, 
	CONSTRAINT pk_feed_rooms PRIMARY KEY (room)
);
INSERT INTO "feed_rooms" VALUES('feed_rooms-0',1750000000000);
INSERT INTO "feed_rooms" VALUES('feed_rooms-1',1750000000001);
CREATE TABLE follows (
	follower_id VARCHAR(36) NOT NULL, 
	followed_id VARCHAR(36) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_follows PRIMARY KEY (follower_id, followed_id), 
	CONSTRAINT fk_follows_followed_id_users FOREIGN KEY(followed_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT fk_follows_follower_id_users FOREIGN KEY(follower_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "follows" VALUES('users-0','users-0',1750000000000);
INSERT INTO "follows" VALUES('users-1','users-1',1750000000001);
CREATE TABLE goals (
	id VARCHAR(36) NOT NULL, 
	stream_id VARCHAR(36) NOT NULL, 
	title VARCHAR(80) NOT NULL, 
	target_tokens BIGINT NOT NULL, 
	raised_tokens BIGINT NOT NULL, 
	reached_at BIGINT, 
	deleted_at BIGINT, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_goals PRIMARY KEY (id), 
	CONSTRAINT fk_goals_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "goals" VALUES('goals-0','streams-0','goals-0',1750000000000,1750000000000,1750000000000,1750000000000,1);
INSERT INTO "goals" VALUES('goals-1','streams-1','goals-1',1750000000001,1750000000001,1750000000001,1750000000001,2);
CREATE TABLE idempotency_keys (
	actor VARCHAR(36) NOT NULL, 
	scope VARCHAR(100) NOT NULL, 
	"key" VARCHAR(128) NOT NULL, 
	body_hash VARCHAR(64) NOT NULL, 
	answer TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (actor, scope, "key")
);
INSERT INTO "idempotency_keys" VALUES('idempotency_keys-0','idempotency_keys-0','idempotency_keys-0','idempotency_keys-0','{}',1750000000000);
INSERT INTO "idempotency_keys" VALUES('idempotency_keys-1','idempotency_keys-1','idempotency_keys-1','idempotency_keys-1','{}',1750000000001);
CREATE TABLE ledger_accounts (
	id VARCHAR(48) NOT NULL, 
	user_id VARCHAR(36), 
	balance BIGINT NOT NULL, 
	CONSTRAINT pk_ledger_accounts PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_accounts_not_below_zero CHECK (balance >= 0 OR id = 'processor'), 
	CONSTRAINT fk_ledger_accounts_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "ledger_accounts" VALUES('ledger_accounts-0','users-0',1750000000000);
INSERT INTO "ledger_accounts" VALUES('ledger_accounts-1','users-1',1750000000001);
CREATE TABLE ledger_entries (
	id VARCHAR(36) NOT NULL, 
	transaction_id VARCHAR(36) NOT NULL, 
	account_id VARCHAR(48) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	tokens BIGINT NOT NULL, 
	balance_after BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_ledger_entries PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_entries_moves_something CHECK (tokens <> 0), 
	CONSTRAINT fk_ledger_entries_account_id_ledger_accounts FOREIGN KEY(account_id) REFERENCES ledger_accounts (id), 
	CONSTRAINT fk_ledger_entries_transaction_id_ledger_transactions FOREIGN KEY(transaction_id) REFERENCES ledger_transactions (id)
);
INSERT INTO "ledger_entries" VALUES('ledger_entries-0','ledger_transactions-0','ledger_accounts-0','ledger_entries-0',1750000000000,1750000000000,1750000000000,'ledger_entries-0');
INSERT INTO "ledger_entries" VALUES('ledger_entries-1','ledger_transactions-1','ledger_accounts-1','ledger_entries-1',1750000000001,1750000000001,1750000000001,'ledger_entries-1');
CREATE TABLE ledger_transactions (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	at BIGINT NOT NULL, 
	reverses VARCHAR(36), 
	CONSTRAINT pk_ledger_transactions PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_transactions_reverses UNIQUE (reverses)
);
INSERT INTO "ledger_transactions" VALUES('ledger_transactions-0','r_transactions-0',1750000000000,'ledger_transactions-0');
INSERT INTO "ledger_transactions" VALUES('ledger_transactions-1','r_transactions-1',1750000000001,'ledger_transactions-1');
CREATE TABLE mood_strips (
	stream_id VARCHAR(36) NOT NULL, 
	weights TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_mood_strips PRIMARY KEY (stream_id), 
	CONSTRAINT fk_mood_strips_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "mood_strips" VALUES('streams-0','{}',1750000000000);
INSERT INTO "mood_strips" VALUES('streams-1','{}',1750000000001);
CREATE TABLE mood_votes (
	stream_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	mood VARCHAR(16) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_mood_votes PRIMARY KEY (stream_id, user_id), 
	CONSTRAINT fk_mood_votes_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id), 
	CONSTRAINT fk_mood_votes_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "mood_votes" VALUES('streams-0','users-0','mood_votes-0',1750000000000);
INSERT INTO "mood_votes" VALUES('streams-1','users-1','mood_votes-1',1750000000001);
CREATE TABLE restrictions (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	stream_id VARCHAR(36), 
	creator_id VARCHAR(36), 
	by_id VARCHAR(36) NOT NULL, 
	reason TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	until BIGINT, 
	lifted_at BIGINT, 
	CONSTRAINT pk_restrictions PRIMARY KEY (id), 
	CONSTRAINT fk_restrictions_creator_id_users FOREIGN KEY(creator_id) REFERENCES users (id), 
	CONSTRAINT fk_restrictions_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id), 
	CONSTRAINT fk_restrictions_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "restrictions" VALUES('restrictions-0','ctions-0','users-0','streams-0','users-0','restrictions-0','{}',1750000000000,1750000000000,1750000000000);
INSERT INTO "restrictions" VALUES('restrictions-1','ctions-1','users-1','streams-1','users-1','restrictions-1','{}',1750000000001,1750000000001,1750000000001);
CREATE TABLE sessions (
	id VARCHAR(36) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	client VARCHAR(120) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	absolute_at BIGINT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT uq_sessions_secret_hash UNIQUE (secret_hash)
);
INSERT INTO "sessions" VALUES('sessions-0','sessions-0','users-0','sessions-0',1750000000000,1750000000000,1750000000000,1750000000000);
INSERT INTO "sessions" VALUES('sessions-1','sessions-1','users-1','sessions-1',1750000000001,1750000000001,1750000000001,1750000000001);
CREATE TABLE stream_keys (
	user_id VARCHAR(36) NOT NULL, 
	generation INTEGER NOT NULL, 
	key_hash VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_stream_keys PRIMARY KEY (user_id), 
	CONSTRAINT fk_stream_keys_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT uq_stream_keys_key_hash UNIQUE (key_hash)
);
INSERT INTO "stream_keys" VALUES('users-0',1,'stream_keys-0',1750000000000);
INSERT INTO "stream_keys" VALUES('users-1',2,'stream_keys-1',1750000000001);
CREATE TABLE streams (
	id VARCHAR(36) NOT NULL, 
	creator_id VARCHAR(36) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	tags TEXT NOT NULL, 
	mood VARCHAR(16) NOT NULL, 
	audience VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	started_at BIGINT NOT NULL, 
	state_at BIGINT NOT NULL, 
	live_at BIGINT, 
	ended_at BIGINT, 
	peak_viewers INTEGER NOT NULL, 
	safety_score FLOAT NOT NULL, 
	media TEXT, 
	CONSTRAINT pk_streams PRIMARY KEY (id), 
	CONSTRAINT fk_streams_creator_id_users FOREIGN KEY(creator_id) REFERENCES users (id)
);
INSERT INTO "streams" VALUES('streams-0','users-0','streams-0','[]','streams-0','streams-0','streams-0',1750000000000,1750000000000,1750000000000,NULL,1,0.5,'{"width":1280}');
INSERT INTO "streams" VALUES('streams-1','users-1','streams-1','[]','streams-1','streams-1','streams-1',1750000000001,1750000000001,1750000000001,1750000000000,2,0.5,'{"width":1280}');
CREATE TABLE tip_menu_items (
	id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	title VARCHAR(80) NOT NULL, 
	tokens BIGINT NOT NULL, 
	duration_s INTEGER, 
	CONSTRAINT pk_tip_menu_items PRIMARY KEY (id), 
	CONSTRAINT fk_tip_menu_items_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "tip_menu_items" VALUES('tip_menu_items-0','users-0',1,'tip_menu_items-0',1750000000000,1);
INSERT INTO "tip_menu_items" VALUES('tip_menu_items-1','users-1',2,'tip_menu_items-1',1750000000001,2);
CREATE TABLE tips (
	id VARCHAR(36) NOT NULL, 
	transaction_id VARCHAR(36) NOT NULL, 
	stream_id VARCHAR(36) NOT NULL, 
	sender_id VARCHAR(36) NOT NULL, 
	tokens BIGINT NOT NULL, 
	text VARCHAR(200) NOT NULL, 
	goal_id VARCHAR(36), 
	menu_item VARCHAR(80), 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_tips PRIMARY KEY (id), 
	CONSTRAINT fk_tips_sender_id_users FOREIGN KEY(sender_id) REFERENCES users (id), 
	CONSTRAINT fk_tips_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id), 
	CONSTRAINT fk_tips_transaction_id_ledger_transactions FOREIGN KEY(transaction_id) REFERENCES ledger_transactions (id), 
	CONSTRAINT uq_tips_transaction_id UNIQUE (transaction_id)
);
INSERT INTO "tips" VALUES('tips-0','ledger_transactions-0','streams-0','users-0',1750000000000,'tips-0','tips-0','tips-0',1750000000000);
INSERT INTO "tips" VALUES('tips-1','ledger_transactions-1','streams-1','users-1',1750000000001,'tips-1','tips-1','tips-1',1750000000001);
CREATE TABLE users (
	id VARCHAR(36) NOT NULL, 
	email VARCHAR(254) NOT NULL, 
	display_name VARCHAR(40) NOT NULL, 
	password_hash VARCHAR(100) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	birth_date DATE NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	bio TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	is_banned BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_email UNIQUE (email)
);
INSERT INTO "users" VALUES('users-0','users-0','users-0','users-0','mod','1990-05-17','-0','{}','[]',0,1750000000000);
INSERT INTO "users" VALUES('users-1','users-1','users-1','users-1','creator','1985-01-02','-1','{}','[]',0,1750000000001);
CREATE INDEX ix_feed_events_at ON feed_events (at);
CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);
CREATE INDEX ix_ledger_transactions_at ON ledger_transactions (at, kind);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE INDEX ix_follows_followed_id ON follows (followed_id);
CREATE INDEX ix_ledger_accounts_user_id ON ledger_accounts (user_id);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_streams_creator_id ON streams (creator_id, started_at);
CREATE INDEX ix_streams_state ON streams (state);
CREATE UNIQUE INDEX uq_streams_open ON streams (creator_id) WHERE ended_at IS NULL;
CREATE INDEX ix_tip_menu_items_user_id ON tip_menu_items (user_id);
CREATE INDEX ix_chat_messages_author_id ON chat_messages (author_id, id);
CREATE INDEX ix_chat_messages_stream_id ON chat_messages (stream_id, id);
CREATE INDEX ix_goals_stream_id ON goals (stream_id, id);
CREATE INDEX ix_ledger_entries_account_id ON ledger_entries (account_id, id);
CREATE INDEX ix_ledger_entries_at ON ledger_entries (at, kind);
CREATE INDEX ix_ledger_entries_transaction_id ON ledger_entries (transaction_id);
CREATE INDEX ix_restrictions_creator_id ON restrictions (creator_id);
CREATE INDEX ix_restrictions_stream_id ON restrictions (stream_id);
CREATE INDEX ix_restrictions_user_id ON restrictions (user_id, kind);
CREATE INDEX ix_tips_goal_id ON tips (goal_id);
CREATE INDEX ix_tips_sender_id ON tips (sender_id, id);
CREATE INDEX ix_tips_stream_id ON tips (stream_id, id);
COMMIT;
