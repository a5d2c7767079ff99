BEGIN TRANSACTION;
CREATE TABLE actions (
	id VARCHAR(36) NOT NULL, 
	decision_id VARCHAR(36) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	target_type VARCHAR(16) NOT NULL, 
	target_id VARCHAR(36) NOT NULL, 
	until BIGINT, 
	undo TEXT, 
	ended_at BIGINT, 
	ended_how VARCHAR(12), 
	ended_by VARCHAR(36), 
	CONSTRAINT pk_actions PRIMARY KEY (id), 
	CONSTRAINT fk_actions_decision_id_decisions FOREIGN KEY(decision_id) REFERENCES decisions (id)
);
INSERT INTO "actions" VALUES('actions-0','decisions-0','actions-0','actions-0','actions-0',1750000000000,'{}',1750000000000,'actions-0','actions-0');
INSERT INTO "actions" VALUES('actions-1','decisions-1','actions-1','actions-1','actions-1',1750000000001,'{}',1750000000001,'actions-1','actions-1');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE appeals (
	id VARCHAR(36) NOT NULL, 
	decision_id VARCHAR(36) NOT NULL, 
	decider_id VARCHAR(36) NOT NULL, 
	appellant_id VARCHAR(36) NOT NULL, 
	text TEXT NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	at BIGINT NOT NULL, 
	reviewer_id VARCHAR(36), 
	statement TEXT, 
	reviewed_at BIGINT, 
	CONSTRAINT pk_appeals PRIMARY KEY (id), 
	CONSTRAINT ck_appeals_reviewed CHECK ((state = 'open') = (reviewer_id IS NULL)), 
	CONSTRAINT ck_appeals_second_person CHECK (reviewer_id IS NULL OR (reviewer_id <> decider_id AND reviewer_id <> appellant_id)), 
	CONSTRAINT fk_appeals_appellant_id_users FOREIGN KEY(appellant_id) REFERENCES users (id), 
	CONSTRAINT fk_appeals_decider_id_users FOREIGN KEY(decider_id) REFERENCES users (id), 
	CONSTRAINT fk_appeals_decision_id_decisions FOREIGN KEY(decision_id) REFERENCES decisions (id), 
	CONSTRAINT fk_appeals_reviewer_id_users FOREIGN KEY(reviewer_id) REFERENCES users (id)
);
INSERT INTO "appeals" VALUES('appeals-0','decisions-0','users-0','users-1','{}','open',1750000000000,NULL,'{}',1750000000000);
INSERT INTO "appeals" VALUES('appeals-1','decisions-1','users-0','users-1','{}','open',1750000000001,NULL,'{}',1750000000001);
CREATE TABLE audit_entries (
	seq BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	actor_id VARCHAR(36) NOT NULL, 
	actor VARCHAR(40) NOT NULL, 
	action VARCHAR(60) NOT NULL, 
	subject_type VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(36) NOT NULL, 
	details TEXT NOT NULL, 
	prev_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_entries PRIMARY KEY (seq), 
	CONSTRAINT uq_audit_entries_hash UNIQUE (hash)
);
INSERT INTO "audit_entries" VALUES(1750000000000,1750000000000,'audit_entries-0','audit_entries-0','audit_entries-0','audit_entries-0','audit_entries-0','{}','audit_entries-0','audit_entries-0');
INSERT INTO "audit_entries" VALUES(1750000000001,1750000000001,'audit_entries-1','audit_entries-1','audit_entries-1','audit_entries-1','audit_entries-1','{}','audit_entries-1','audit_entries-1');
CREATE TABLE audit_head (
	id INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (id)
);
INSERT INTO "audit_head" VALUES(1,1750000000000,'audit_head-0');
INSERT INTO "audit_head" VALUES(2,1750000000001,'audit_head-1');
CREATE TABLE case_events (
	case_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	event VARCHAR(20) NOT NULL, 
	actor_id VARCHAR(36), 
	at BIGINT NOT NULL, 
	details TEXT NOT NULL, 
	CONSTRAINT pk_case_events PRIMARY KEY (case_id, seq), 
	CONSTRAINT fk_case_events_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
INSERT INTO "case_events" VALUES('cases-0',1,'case_events-0','case_events-0',1750000000000,'{}');
INSERT INTO "case_events" VALUES('cases-1',2,'case_events-1','case_events-1',1750000000001,'{}');
CREATE TABLE cases (
	id VARCHAR(36) NOT NULL, 
	subject_type VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(36) NOT NULL, 
	subject_user_id VARCHAR(36), 
	subject_label VARCHAR(200) NOT NULL, 
	stream_id VARCHAR(36), 
	stage VARCHAR(20) NOT NULL, 
	version INTEGER NOT NULL, 
	stage_version INTEGER NOT NULL, 
	reasons TEXT NOT NULL, 
	report_count INTEGER NOT NULL, 
	base_priority FLOAT NOT NULL, 
	evidence TEXT NOT NULL, 
	evidence_hash VARCHAR(64) NOT NULL, 
	lease_token INTEGER NOT NULL, 
	lease_by VARCHAR(36), 
	lease_until BIGINT, 
	opened_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	decided_at BIGINT, 
	CONSTRAINT pk_cases PRIMARY KEY (id), 
	CONSTRAINT fk_cases_lease_by_users FOREIGN KEY(lease_by) REFERENCES users (id)
);
INSERT INTO "cases" VALUES('cases-0','cases-0','cases-0','cases-0','cases-0','cases-0','cases-0',1,1,'[]',1,0.5,'{}','cases-0',1,'users-0',1750000000000,1750000000000,1750000000000,1750000000000);
INSERT INTO "cases" VALUES('cases-1','cases-1','cases-1','cases-1','cases-1','cases-1','cases-1',2,2,'[]',2,0.5,'{}','cases-1',2,'users-1',1750000000001,1750000000001,1750000000001,1750000000001);
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
CREATE TABLE decisions (
	id VARCHAR(36) NOT NULL, 
	case_id VARCHAR(36) NOT NULL, 
	by_id VARCHAR(36) NOT NULL, 
	lease_token INTEGER NOT NULL, 
	policy VARCHAR(80) NOT NULL, 
	statement TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	superseded_at BIGINT, 
	CONSTRAINT pk_decisions PRIMARY KEY (id), 
	CONSTRAINT fk_decisions_by_id_users FOREIGN KEY(by_id) REFERENCES users (id), 
	CONSTRAINT fk_decisions_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
INSERT INTO "decisions" VALUES('decisions-0','cases-0','users-0',1,'decisions-0','{}',1750000000000,1750000000000);
INSERT INTO "decisions" VALUES('decisions-1','cases-1','users-1',2,'decisions-1','{}',1750000000001,1750000000001);
CREATE TABLE evidence (
	case_id VARCHAR(36) NOT NULL, 
	at BIGINT NOT NULL, 
	bundle TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	on_hold BOOLEAN NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (case_id), 
	CONSTRAINT fk_evidence_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
INSERT INTO "evidence" VALUES('cases-0',1750000000000,'{}','evidence-0',0);
INSERT INTO "evidence" VALUES('cases-1',1750000000001,'{}','evidence-1',0);
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
CREATE TABLE held_messages (
	id VARCHAR(36) NOT NULL, 
	stream_id VARCHAR(36) NOT NULL, 
	author_id VARCHAR(36) NOT NULL, 
	text TEXT NOT NULL, 
	reply_to VARCHAR(36), 
	rule VARCHAR(24) NOT NULL, 
	at BIGINT NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	by_id VARCHAR(36), 
	settled_at BIGINT, 
	message_id VARCHAR(36), 
	CONSTRAINT pk_held_messages PRIMARY KEY (id), 
	CONSTRAINT fk_held_messages_author_id_users FOREIGN KEY(author_id) REFERENCES users (id), 
	CONSTRAINT fk_held_messages_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "held_messages" VALUES('held_messages-0','streams-0','users-0','{}','held_messages-0','held_messages-0',1750000000000,'d_messages-0','held_messages-0',1750000000000,'held_messages-0');
INSERT INTO "held_messages" VALUES('held_messages-1','streams-1','users-1','{}','held_messages-1','held_messages-1',1750000000001,'d_messages-1','held_messages-1',1750000000001,'held_messages-1');
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
CREATE TABLE payout_holds (
	id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	reason TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	until BIGINT, 
	lifted_at BIGINT, 
	CONSTRAINT pk_payout_holds PRIMARY KEY (id), 
	CONSTRAINT fk_payout_holds_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "payout_holds" VALUES('payout_holds-0','users-0','{}',1750000000000,1750000000000,1750000000000);
INSERT INTO "payout_holds" VALUES('payout_holds-1','users-1','{}',1750000000001,1750000000001,1750000000001);
CREATE TABLE reports (
	id VARCHAR(36) NOT NULL, 
	case_id VARCHAR(36) NOT NULL, 
	reporter_id VARCHAR(36) NOT NULL, 
	reason VARCHAR(20) NOT NULL, 
	note TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	outcome VARCHAR(20), 
	CONSTRAINT pk_reports PRIMARY KEY (id), 
	CONSTRAINT fk_reports_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_reports_reporter_id_users FOREIGN KEY(reporter_id) REFERENCES users (id)
);
INSERT INTO "reports" VALUES('reports-0','cases-0','users-0','reports-0','{}',1750000000000,'reports-0');
INSERT INTO "reports" VALUES('reports-1','cases-1','users-1','reports-1','{}',1750000000001,'reports-1');
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
CREATE TABLE room_modes (
	stream_id VARCHAR(36) NOT NULL, 
	slow_s INTEGER NOT NULL, 
	is_shielded BOOLEAN NOT NULL, 
	by_id VARCHAR(36) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_room_modes PRIMARY KEY (stream_id), 
	CONSTRAINT fk_room_modes_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "room_modes" VALUES('streams-0',1,0,'room_modes-0',1750000000000);
INSERT INTO "room_modes" VALUES('streams-1',2,0,'room_modes-1',1750000000001);
CREATE TABLE safety (
	stream_id VARCHAR(36) NOT NULL, 
	score FLOAT NOT NULL, 
	at BIGINT NOT NULL, 
	signals TEXT NOT NULL, 
	escalated_at BIGINT, 
	CONSTRAINT pk_safety PRIMARY KEY (stream_id), 
	CONSTRAINT fk_safety_stream_id_streams FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "safety" VALUES('streams-0',0.5,1750000000000,'{}',1750000000000);
INSERT INTO "safety" VALUES('streams-1',0.5,1750000000001,'{}',1750000000001);
CREATE TABLE second_looks (
	decision_id VARCHAR(36) NOT NULL, 
	decider_id VARCHAR(36) NOT NULL, 
	drawn_at BIGINT NOT NULL, 
	reviewer_id VARCHAR(36), 
	agrees BOOLEAN, 
	note TEXT, 
	reviewed_at BIGINT, 
	CONSTRAINT pk_second_looks PRIMARY KEY (decision_id), 
	CONSTRAINT ck_second_looks_second_person CHECK (reviewer_id IS NULL OR reviewer_id <> decider_id), 
	CONSTRAINT fk_second_looks_decider_id_users FOREIGN KEY(decider_id) REFERENCES users (id), 
	CONSTRAINT fk_second_looks_decision_id_decisions FOREIGN KEY(decision_id) REFERENCES decisions (id), 
	CONSTRAINT fk_second_looks_reviewer_id_users FOREIGN KEY(reviewer_id) REFERENCES users (id)
);
INSERT INTO "second_looks" VALUES('decisions-0','users-0',1750000000000,'users-1',0,'{}',1750000000000);
INSERT INTO "second_looks" VALUES('decisions-1','users-0',1750000000001,NULL,0,'{}',1750000000001);
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
CREATE TABLE strikes (
	decision_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	policy VARCHAR(80) NOT NULL, 
	points INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	voided_at BIGINT, 
	CONSTRAINT pk_strikes PRIMARY KEY (decision_id), 
	CONSTRAINT fk_strikes_decision_id_decisions FOREIGN KEY(decision_id) REFERENCES decisions (id), 
	CONSTRAINT fk_strikes_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "strikes" VALUES('decisions-0','users-0','strikes-0',1,1750000000000,1750000000000,1750000000000);
INSERT INTO "strikes" VALUES('decisions-1','users-1','strikes-1',2,1750000000001,1750000000001,1750000000001);
CREATE TABLE teezer_replies (
	message_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	question_id VARCHAR(36) NOT NULL, 
	provider VARCHAR(40) NOT NULL, 
	source VARCHAR(16) NOT NULL, 
	harm VARCHAR(20), 
	score FLOAT NOT NULL, 
	took_ms INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_teezer_replies PRIMARY KEY (message_id), 
	CONSTRAINT fk_teezer_replies_message_id_chat_messages FOREIGN KEY(message_id) REFERENCES chat_messages (id), 
	CONSTRAINT fk_teezer_replies_question_id_chat_messages FOREIGN KEY(question_id) REFERENCES chat_messages (id), 
	CONSTRAINT fk_teezer_replies_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT uq_teezer_replies_question_id UNIQUE (question_id)
);
INSERT INTO "teezer_replies" VALUES('chat_messages-0','users-0','chat_messages-0','teezer_replies-0','teezer_replies-0','teezer_replies-0',0.5,1,1750000000000);
INSERT INTO "teezer_replies" VALUES('chat_messages-1','users-1','chat_messages-1','teezer_replies-1','teezer_replies-1','teezer_replies-1',0.5,2,1750000000001);
CREATE TABLE teezers (
	user_id VARCHAR(36) NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	persona TEXT NOT NULL, 
	timezone VARCHAR(64) NOT NULL, 
	slots TEXT NOT NULL, 
	trained_messages INTEGER NOT NULL, 
	trained_at BIGINT, 
	CONSTRAINT pk_teezers PRIMARY KEY (user_id), 
	CONSTRAINT fk_teezers_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "teezers" VALUES('users-0',0,'{}','teezers-0','{}',1,1750000000000);
INSERT INTO "teezers" VALUES('users-1',0,'{}','teezers-1','{}',2,1750000000001);
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
CREATE INDEX ix_ledger_entries_transaction_id ON ledger_entries (transaction_id);
CREATE INDEX ix_restrictions_creator_id ON restrictions (creator_id);
CREATE INDEX ix_restrictions_stream_id ON restrictions (stream_id);
CREATE INDEX ix_restrictions_user_id ON restrictions (user_id, kind);
CREATE INDEX ix_tips_goal_id ON tips (goal_id);
CREATE INDEX ix_tips_sender_id ON tips (sender_id, id);
CREATE INDEX ix_tips_stream_id ON tips (stream_id, id);
CREATE INDEX ix_audit_entries_actor_id ON audit_entries (actor_id, seq);
CREATE INDEX ix_audit_entries_subject ON audit_entries (subject_type, subject_id, seq);
CREATE INDEX ix_cases_decided_at ON cases (decided_at);
CREATE INDEX ix_cases_stage_base_priority ON cases (stage, base_priority);
CREATE INDEX ix_cases_stream_id ON cases (stream_id);
CREATE INDEX ix_cases_subject_user_id ON cases (subject_user_id);
CREATE UNIQUE INDEX uq_cases_undecided_subject ON cases (subject_type, subject_id) WHERE stage <> 'decided';
CREATE INDEX ix_case_events_actor_id_event ON case_events (actor_id, event, at);
CREATE INDEX ix_reports_reporter_id_at ON reports (reporter_id, at);
CREATE UNIQUE INDEX uq_reports_case_id_reporter_id ON reports (case_id, reporter_id);
CREATE INDEX ix_teezer_replies_user_id ON teezer_replies (user_id, at);
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER case_events_no_update BEFORE UPDATE ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END;
CREATE TRIGGER case_events_no_delete BEFORE DELETE ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END;
CREATE INDEX ix_ledger_entries_kind ON ledger_entries (kind, at, tokens);
CREATE INDEX ix_decisions_at ON decisions (at);
CREATE UNIQUE INDEX uq_decisions_case_id_in_force ON decisions (case_id) WHERE superseded_at IS NULL;
CREATE INDEX ix_actions_decision_id ON actions (decision_id);
CREATE INDEX ix_actions_until ON actions (until);
CREATE INDEX ix_payout_holds_user_id ON payout_holds (user_id);
CREATE INDEX ix_held_messages_stream_id ON held_messages (stream_id, state, id);
CREATE INDEX ix_appeals_appellant_id ON appeals (appellant_id, id);
CREATE INDEX ix_appeals_state ON appeals (state, id);
CREATE UNIQUE INDEX uq_appeals_decision_id_appellant_id ON appeals (decision_id, appellant_id);
CREATE INDEX ix_second_looks_reviewer_id ON second_looks (reviewer_id);
CREATE INDEX ix_strikes_user_id ON strikes (user_id, expires_at);
COMMIT;
